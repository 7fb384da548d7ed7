package dev.mobula.actors.items;

import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.shards.GroupCommit;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// One shard of the items: its store on disk, and the indexes that follow it.
///
/// A write is answered once it is on disk, still owned, and visible to every later search.
public final class ItemShardService implements Service {
    /*
     * Moving. The phase decides what is answered, and is on disk before it holds. A write holds `gate` shared from the
     * check of the phase to its acknowledgement; a new phase, and the last step of a new index, take it alone. So
     * once a shard is frozen, its store is final.
     */
    private static final Duration INDEX_LIMIT = Duration.ofSeconds(30);
    private static final Duration LONG_LIMIT = Duration.ofMinutes(10);

    private final StateDirectory state;
    private final ItemShardSettings settings;
    private final AtomicFile phaseFile;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final Semaphore maintenance = new Semaphore(1);
    private volatile ShardPhase phase;
    private volatile @Nullable ShardContents contents;

    private ItemShardService(StateDirectory state, ItemShardProtocol.Start start)
            throws IOException {
        this.state = state;
        settings = start.settings();
        Path root = state.path();
        phaseFile = new AtomicFile(root.resolve("phase"));
        phase =
                phaseFile
                        .read()
                        .map(ShardPhase::parse)
                        .orElse(start.filling() ? ShardPhase.FILLING : ShardPhase.SERVING);
        if (phase.isDiscarded()) {
            ShardContents.delete(root);
        } else {
            contents = new ShardContents(root, settings, this::writeByItself);
        }
    }

    private ShardContents contents() {
        ShardContents present = contents;
        if (present == null) {
            throw new CallException(
                    Failure.REFUSED, "the shard's items have moved and its data was discarded");
        }
        return present;
    }

    /// Starts a shard from the encoded [ItemShardProtocol.Start].
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws InterruptedException, IOException {
            ItemShardService shard =
                    new ItemShardService(
                            context.state(),
                            ItemShardProtocol.Start.CODEC.decode(context.settings()));
            if (!shard.phase.isDiscarded()) {
                shard.catchUp();
            }
            return shard;
        }
    }

    /// A shard is ready when it finds everything that was ever acknowledged.
    private void catchUp() throws InterruptedException {
        contents().catchUp(System.nanoTime() + LONG_LIMIT.toNanos());
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException, InterruptedException {
        try {
            return answer(op, request);
        } catch (RetrievalException failed) {
            throw RetrievalFailures.typed(failed);
        }
    }

    private byte[] answer(int op, byte[] request) throws IOException, InterruptedException {
        return switch (op) {
            case ItemShardProtocol.SEARCH -> search(request);
            case ItemShardProtocol.WORDS -> searchWords(request);
            case ItemShardProtocol.FIND -> {
                phase.requireReads();
                yield ItemShardProtocol.encode(
                        contents().store().findRecords(ItemShardProtocol.ids(request)));
            }
            case ItemShardProtocol.CHANGES ->
                    ItemShardProtocol.CHANGED.encode(
                            changes(ItemShardProtocol.Part.CODEC.decode(request)));
            case ItemShardProtocol.SCAN ->
                    ItemShardProtocol.SCANNED.encode(
                            scan(ItemShardProtocol.Part.CODEC.decode(request)));
            case ItemShardProtocol.STATS -> ItemShardStats.CODEC.encode(stats());
            case ItemShardProtocol.TROUBLE ->
                    contents().index().trouble().getBytes(StandardCharsets.UTF_8);
            case ItemShardProtocol.PHASE -> ShardPhase.CODEC.encode(phase);
            case ItemShardProtocol.SET_PHASE -> {
                setPhase(ShardPhase.CODEC.decode(request));
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.COMPACT ->
                    maintained(() -> contents().index().compact(BuildProgress.SILENT));
            case ItemShardProtocol.BEGIN_FILL -> maintained(() -> beginFill(request));
            case ItemShardProtocol.FILL -> {
                phase.requireStage(ShardPhase.Stage.FILLING);
                contents().mover().fill(request, settings);
                state.requireOwned();
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.CATCH_UP -> {
                catchUp();
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.BEGIN_SNAPSHOT ->
                    ItemShardProtocol.number(
                            contents().inbox().begin(SnapshotInbox.Shipment.CODEC.decode(request)));
            case ItemShardProtocol.INSTALL_SNAPSHOT -> maintained(() -> install(request));
            case ItemShardProtocol.SPACES -> ShardSpaces.STATUS.encode(contents().spaceStatus());
            case ItemShardProtocol.INSTALL_SPACE ->
                    maintained(
                            () -> contents().spaces().install(SpaceInstall.CODEC.decode(request)));
            case ItemShardProtocol.RETIRE_SPACE -> {
                contents().spaces().retire(new String(request, StandardCharsets.UTF_8));
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.SPACE_VECTORS ->
                    ShardSpaces.VECTORS.encode(
                            contents().spaces().vectors(ShardSpaces.Wanted.CODEC.decode(request)));
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    @Override
    public byte[] receive(int op, ByteBuffer shipment) throws Exception {
        if (op != ItemShardProtocol.SNAPSHOT_PIECE) {
            return Service.super.receive(op, shipment);
        }
        return ItemShardProtocol.number(contents().inbox().append(shipment));
    }

    @Override
    public void callAll(int op, Batch batch) {
        if (op == ItemShardProtocol.WRITE) {
            writeAll(batch);
        } else {
            Service.super.callAll(op, batch);
        }
    }

    private byte[] search(byte[] request) {
        ItemShardProtocol.Search search = ItemShardProtocol.Search.CODEC.decode(request);
        phase.requireReads();
        SearchOptions options =
                SearchOptions.DEFAULT
                        .withEf(search.ef())
                        .withFilter(search.filter())
                        .withDeadline(System.nanoTime() + search.budgetNanos());
        ShardContents all = contents();
        return ItemShardProtocol.HITS.encode(
                search.space().isEmpty()
                        ? all.index().search(search.query(), search.k(), options)
                        : all.spaces()
                                .ready(search.space())
                                .search(search.query(), search.k(), options));
    }

    private byte[] searchWords(byte[] request) {
        ItemShardProtocol.Words asked = ItemShardProtocol.Words.CODEC.decode(request);
        phase.requireReads();
        ShardContents all = contents();
        FollowingTexts following =
                all.texts()
                        .orElseThrow(
                                () ->
                                        new CallException(
                                                Failure.REFUSED, "this shard indexes no texts"));
        return ItemShardProtocol.HITS.encode(
                following.search(asked.words(), asked.k(), all.store()));
    }

    private void writeAll(Batch batch) {
        gate.readLock().lock();
        try {
            long deadline = System.nanoTime() + INDEX_LIMIT.toNanos();
            GroupCommit.answer(
                    batch, state, this::submit, position -> contents().await(position, deadline));
        } finally {
            gate.readLock().unlock();
        }
    }

    private CompletableFuture<Long> submit(byte[] request) {
        phase.requireWrites();
        List<ItemWrite> writes = ItemShardProtocol.WRITES.decode(request);
        requireFit(writes, settings);
        return contents().store().submit(writes);
    }

    /// What nobody asked for: labels that end.
    private void writeByItself(List<ItemWrite> writes) {
        gate.readLock().lock();
        try {
            phase.requireWrites();
            contents().store().apply(writes);
        } finally {
            gate.readLock().unlock();
        }
    }

    /// Of a shard without data there is nothing to follow but where it sends its readers.
    private ShardPages.Changed changes(ItemShardProtocol.Part part) {
        ShardContents present = contents;
        return present == null
                ? new ShardPages.Changed(new Changes.Page<>(List.of(), part.from()), part.from())
                : present.mover().changes(part);
    }

    private ItemStore.ScanPage scan(ItemShardProtocol.Part part) {
        ShardContents present = contents;
        return present == null
                ? new ItemStore.ScanPage(List.of(), 0, true)
                : present.mover().scan(part);
    }

    /// What the index would refuse must not reach the store, nor two versions of one item at once.
    static void requireFit(List<ItemWrite> writes, ItemShardSettings settings) {
        Set<Long> put = new HashSet<>();
        for (ItemWrite write : writes) {
            switch (write) {
                case ItemWrite.Put(var item) -> requireFit(item, put, settings);
                case ItemWrite.Edit(var item) -> requireFit(item, put, settings);
                case ItemWrite.SetEmbedding(long id, float[] embedding) ->
                        settings.requireFits(id, embedding);
                case ItemWrite.Delete _,
                        ItemWrite.SetState _,
                        ItemWrite.SetLabels _,
                        ItemWrite.AddLabel _,
                        ItemWrite.RemoveLabel _,
                        ItemWrite.ExpireLabels _ -> {}
            }
        }
    }

    private static void requireFit(Item item, Set<Long> put, ItemShardSettings settings) {
        settings.requireFits(item);
        if (!put.add(item.id())) {
            throw RetrievalException.invalid(
                    "item.id", item.id(), "is put more than once in the batch");
        }
    }

    /// Long work, one piece of it at a time.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private byte[] maintained(Work work) throws IOException, InterruptedException {
        if (!maintenance.tryAcquire()) {
            throw new CallException(
                    Failure.OVERLOADED, "the shard is being compacted, filled or replaced");
        }
        try {
            work.run();
            state.requireOwned();
            return ItemShardProtocol.NOTHING;
        } finally {
            maintenance.release();
        }
    }

    private void beginFill(byte[] run) {
        phase.requireStage(ShardPhase.Stage.FILLING);
        contents().mover().begin(ItemShardProtocol.number(run));
    }

    private void install(byte[] request) throws IOException, InterruptedException {
        ShardContents all = contents();
        Path snapshot = all.inbox().complete(SnapshotInbox.Shipment.CODEC.decode(request));
        try {
            all.index()
                    .install(
                            snapshot,
                            System.nanoTime() + LONG_LIMIT.toNanos(),
                            swap -> {
                                gate.writeLock().lock();
                                try {
                                    state.requireOwned();
                                    swap.swap();
                                } finally {
                                    gate.writeLock().unlock();
                                }
                            });
        } finally {
            Files.deleteIfExists(snapshot);
        }
    }

    private void setPhase(ShardPhase next) throws IOException, InterruptedException {
        if (next.stage() == ShardPhase.Stage.READABLE) {
            catchUp();
        }
        gate.writeLock().lock();
        try {
            phase.requireMayBecome(next);
            phaseFile.write(next.toText());
            state.requireOwned();
            phase = next;
        } finally {
            gate.writeLock().unlock();
        }
        if (next.isDiscarded()) {
            discard();
        }
    }

    /// Outside of the gate: closing waits for a write that may wait at it.
    private synchronized void discard() throws IOException {
        ShardContents present = contents;
        contents = null;
        if (present != null) {
            present.close();
        }
        ShardContents.delete(state.path());
    }

    private ItemShardStats stats() {
        ShardContents present = contents;
        if (present == null) {
            return ItemShardStats.nothing(phase.stage().name());
        }
        var shard = present.index().stats();
        return new ItemShardStats(
                phase.stage().name(),
                present.store().countEstimated(),
                shard.items(),
                present.index().setAside(),
                present.store().newestPosition(),
                present.index().position(),
                shard.compactions());
    }

    @Override
    public void close() {
        ShardContents present = contents;
        if (present != null) {
            present.close();
        }
    }
}
