package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.rocksdb.ColumnFamilyHandle;

/// The items of one shard, on disk: put, delete, relabel; read by id; scan; follow what changes.
///
/// A write is acknowledged when it is synced to disk; many waiting writers share a sync. Reads see every acknowledged
/// write. All methods may be called from any thread.
public final class ItemStore implements AutoCloseable {
    private static final int SMALL_BYTES = 64;
    private static final int CHANGE_VERSION = 1;
    private static final byte[] EVERYTHING = {};
    private static final long PAGE_BYTES_MAX = 4L << 20;

    private final Engine engine;
    private final ColumnFamilyHandle items;
    private final ItemCodec codec;
    private final StoreLimits limits;

    private ItemStore(StoreOptions options) {
        this.engine = Engine.open(options, "items", List.of(new RocksFiles.Family("items", false)));
        this.items = engine.family("items");
        this.limits = options.limits();
        this.codec = new ItemCodec(limits);
    }

    /// Opens the store in the options' directory, and creates it when there is none.
    public static ItemStore open(StoreOptions options) {
        return new ItemStore(options);
    }

    /// Stores an item and returns its position once it is on disk.
    public long put(Item item) {
        return apply(List.of(new ItemWrite.Put(item)));
    }

    /// Removes an item and returns the position once that is on disk.
    public long delete(long id) {
        return apply(List.of(new ItemWrite.Delete(id)));
    }

    /// Stores all of these writes or none, and returns the position of the last once they are on disk.
    public long apply(List<ItemWrite> writes) {
        return Engine.await(submit(writes));
    }

    /// As [#apply] without waiting. Input outside the limits is refused here; a write to an item that is not there
    /// fails the future.
    public CompletableFuture<Long> submit(List<ItemWrite> writes) {
        if (writes.isEmpty() || writes.size() > limits.writesPerBatchMax()) {
            throw invalid("writes", writes.size(), "must be 1.." + limits.writesPerBatchMax());
        }
        List<Committer.Write> steps = new ArrayList<>(writes.size());
        long bytes = 0;
        for (ItemWrite write : writes) {
            byte[] record = write instanceof ItemWrite.Put(Item item) ? codec.encode(item) : null;
            bytes += record == null ? SMALL_BYTES : record.length;
            if (write instanceof ItemWrite.Edit(Item item)) {
                bytes += codec.encode(item).length;
            }
            steps.add(
                    record == null
                            ? transaction -> change(transaction, write)
                            : transaction -> put(transaction, write.id(), record));
        }
        return engine.submit(transaction -> steps.forEach(step -> step.apply(transaction)), bytes);
    }

    private void change(Transaction transaction, ItemWrite write) {
        switch (write) {
            case ItemWrite.Put(Item item) -> put(transaction, item.id(), codec.encode(item));
            case ItemWrite.Delete(long id) -> {
                transaction.delete(items, Keys.of(id));
                append(transaction, id);
            }
            case ItemWrite.SetState(long id, ItemState state) ->
                    put(transaction, id, codec.encode(present(transaction, id).withState(state)));
            case ItemWrite.SetLabels(long id, List<Label> labels) ->
                    put(transaction, id, codec.encode(present(transaction, id).withLabels(labels)));
            case ItemWrite.Edit(Item item) -> edit(transaction, item);
            case ItemWrite.AddLabel(long id, Label label) -> addLabel(transaction, id, label);
            case ItemWrite.RemoveLabel(long id, String value, String source) ->
                    removeLabels(transaction, id, label -> isOf(label, value, source));
            case ItemWrite.ExpireLabels(long id, long nowMillis) ->
                    removeLabels(transaction, id, label -> !label.holdsAt(nowMillis));
            case ItemWrite.SetEmbedding(long id, float[] embedding) ->
                    put(
                            transaction,
                            id,
                            codec.encode(present(transaction, id).withEmbedding(embedding)));
        }
    }

    private void edit(Transaction transaction, Item item) {
        byte[] record = transaction.get(items, Keys.of(item.id()));
        List<Label> labels = new ArrayList<>(item.labels());
        if (record != null) {
            codec.decode(item.id(), record).labels().stream()
                    .filter(label -> !label.source().equals(Label.AUTHOR))
                    .filter(
                            kept ->
                                    labels.stream()
                                            .noneMatch(
                                                    told ->
                                                            isOf(
                                                                    told,
                                                                    kept.value(),
                                                                    kept.source())))
                    .forEach(labels::add);
        }
        put(transaction, item.id(), codec.encode(item.withLabels(labels)));
    }

    private void addLabel(Transaction transaction, long id, Label label) {
        Item item = present(transaction, id);
        List<Label> labels = new ArrayList<>(item.labels());
        labels.removeIf(before -> isOf(before, label.value(), label.source()));
        labels.add(label);
        put(transaction, id, codec.encode(item.withLabels(labels)));
    }

    private static boolean isOf(Label label, String value, String source) {
        return label.value().equals(value) && label.source().equals(source);
    }

    private void removeLabels(Transaction transaction, long id, Predicate<Label> unwanted) {
        byte[] record = transaction.get(items, Keys.of(id));
        if (record == null) {
            return;
        }
        Item item = codec.decode(id, record);
        List<Label> holding = item.labels().stream().filter(unwanted.negate()).toList();
        if (holding.size() < item.labels().size()) {
            put(transaction, id, codec.encode(item.withLabels(holding)));
        }
    }

    private Item present(Transaction transaction, long id) {
        byte[] record = transaction.get(items, Keys.of(id));
        if (record == null) {
            throw new RetrievalException(Code.NOT_FOUND, "item=" + id + ": not stored");
        }
        return codec.decode(id, record);
    }

    private void put(Transaction transaction, long id, byte[] record) {
        transaction.put(items, Keys.of(id), record);
        append(transaction, id);
    }

    private static void append(Transaction transaction, long id) {
        RecordWriter change = new RecordWriter(CHANGE_VERSION);
        change.writeFixed(id);
        transaction.append(change.finish());
    }

    /// The item with this id.
    public Optional<Item> find(long id) {
        byte[] record = engine.get(items, Keys.of(id));
        return record == null ? Optional.empty() : Optional.of(codec.decode(id, record));
    }

    /// The items that are stored under these ids, in the order of the ids; what is not there is left out.
    public List<Item> findAll(long[] ids) {
        return findRecords(ids).stream()
                .map(record -> codec.decode(record.id(), record.bytes()))
                .toList();
    }

    /// The same as they are stored, for whoever passes them on.
    public List<ItemRecord> findRecords(long[] ids) {
        List<byte[]> keys = new ArrayList<>(ids.length);
        for (long id : ids) {
            keys.add(Keys.of(id));
        }
        List<ItemRecord> found = new ArrayList<>(ids.length);
        engine.getAll(items, keys, (bytes, index) -> found.add(new ItemRecord(ids[index], bytes)));
        return found;
    }

    /// Shows every item, in the order of ids and as of one moment, until the visitor answers false. Returns the
    /// position of that moment: following the stream from there misses nothing.
    public long scan(Predicate<Item> visitor) {
        return engine.scan(
                items,
                EVERYTHING,
                (key, record) -> visitor.test(codec.decode(Keys.idAt(key, 0), record)));
    }

    /// One page of a scan in several steps: the items from this id on, at most `max` and about 4 MB, as of one moment,
    /// whose position it tells. Following the stream from the first page's position ends at the store's state.
    public ScanPage scanFrom(long firstId, int max) {
        if (max < 1) {
            throw invalid("max", max, "must be at least 1");
        }
        Page page = new Page(max);
        long position =
                engine.scan(
                        items,
                        EVERYTHING,
                        Keys.of(firstId),
                        (key, record) -> page.take(Keys.idAt(key, 0), record));
        return new ScanPage(page.read, position, !page.full);
    }

    /// A page being read.
    private final class Page {
        private final List<Item> read = new ArrayList<>();
        private final int max;
        private long bytes;
        private boolean full;

        Page(int max) {
            this.max = max;
        }

        boolean take(long id, byte[] record) {
            if (read.size() == max || bytes >= PAGE_BYTES_MAX) {
                full = true;
                return false;
            }
            read.add(codec.decode(id, record));
            bytes += record.length;
            return true;
        }
    }

    /// Items in the order of ids, the position of the moment they were read, and whether none follow.
    public record ScanPage(List<Item> items, long position, boolean last) {
        public ScanPage {
            items = List.copyOf(items);
        }
    }

    /// What changed after this position, at most `max` entries; position 0 is before the first change.
    public Changes<ItemChange> changesSince(long position, int max) {
        Changes<Long> ids = engine.changesSince(position, max, ItemStore::changedId);
        return switch (ids) {
            case Changes.Rebuild<Long>(long oldest, long newest) ->
                    new Changes.Rebuild<>(oldest, newest);
            case Changes.Page<Long>(List<Long> changed, long next) ->
                    new Changes.Page<>(resolve(changed, next), next);
        };
    }

    private List<ItemChange> resolve(List<Long> ids, long last) {
        Map<Long, Item> stored = new HashMap<>();
        long[] distinct = ids.stream().mapToLong(Long::longValue).distinct().toArray();
        findAll(distinct).forEach(item -> stored.put(item.id(), item));
        List<ItemChange> changes = new ArrayList<>(ids.size());
        long position = last - ids.size();
        for (long id : ids) {
            position++;
            Item item = stored.get(id);
            changes.add(
                    item == null
                            ? new ItemChange.Gone(position, id)
                            : new ItemChange.Stored(position, item));
        }
        return changes;
    }

    private static long changedId(long position, byte[] record) {
        RecordReader in = new RecordReader(record, CHANGE_VERSION, "item change " + position);
        long id = in.readFixed();
        in.finish();
        return id;
    }

    /// The position of the newest acknowledged change, 0 when there was none.
    public long newestPosition() {
        return engine.newestPosition();
    }

    /// About how many items are stored.
    public long countEstimated() {
        return engine.rowsEstimated(items);
    }

    /// Commits what was accepted and closes; later calls answer `CLOSED`.
    @Override
    public void close() {
        engine.close();
    }
}
