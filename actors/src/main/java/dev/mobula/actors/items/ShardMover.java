package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import java.util.ArrayList;
import java.util.List;

/// A shard's store as others read and fill it when items move: pages of bounded size, out and in.
final class ShardMover {
    private static final int ITEMS_MAX = 1_000;
    private static final long BYTES_MAX = 4L << 20;
    private static final long NO_RUN = 0;

    private final ItemStore store;
    private volatile long run = NO_RUN;

    /// Items for a shard that is being filled by one run of a move.
    record Fill(long run, List<ItemWrite> writes) {
        static final Codec<Fill> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Fill value, MessageWriter out) {
                        ItemShardProtocol.WRITES.write(value.writes(), out.writeLong(value.run()));
                    }

                    @Override
                    public Fill read(MessageReader in) {
                        return new Fill(in.readLong(), ItemShardProtocol.WRITES.read(in));
                    }
                };

        Fill {
            writes = List.copyOf(writes);
        }
    }

    ShardMover(ItemStore store) {
        this.store = store;
    }

    /// The stored items from an id on.
    ItemStore.ScanPage scan(ItemShardProtocol.Part part) {
        requirePage(part.max());
        return store.scanFrom(part.from(), part.max());
    }

    /// What changed after a position, as much of it as fits one answer.
    ShardPages.Changed changes(ItemShardProtocol.Part part) {
        requirePage(part.max());
        long newest = store.newestPosition();
        return new ShardPages.Changed(fitting(store.changesSince(part.from(), part.max())), newest);
    }

    private static void requirePage(int max) {
        if (max < 1 || max > ShardPages.ROWS_MAX) {
            throw new CallException(
                    Failure.REFUSED, "max=" + max + " is outside 1.." + ShardPages.ROWS_MAX);
        }
    }

    private static Changes<ItemChange> fitting(Changes<ItemChange> changes) {
        if (!(changes instanceof Changes.Page<ItemChange>(List<ItemChange> all, long next))) {
            return changes;
        }
        long bytes = 0;
        for (int i = 0; i < all.size(); i++) {
            bytes += bytes(all.get(i));
            if (bytes >= BYTES_MAX && i + 1 < all.size()) {
                return new Changes.Page<>(all.subList(0, i + 1), all.get(i).position());
            }
        }
        return new Changes.Page<>(all, next);
    }

    private static long bytes(ItemChange change) {
        return change instanceof ItemChange.Stored(long _, Item item)
                ? ItemShardProtocol.encodedBytes(item)
                : Long.BYTES;
    }

    /// Empties the store for a new run; whatever an earlier one left would be wrong.
    void begin(long newRun) {
        run = NO_RUN;
        boolean last = false;
        while (!last) {
            ItemStore.ScanPage left = store.scanFrom(Long.MIN_VALUE, ITEMS_MAX);
            last = left.last();
            List<ItemWrite> deletions = new ArrayList<>();
            left.items().forEach(item -> deletions.add(new ItemWrite.Delete(item.id())));
            if (!deletions.isEmpty()) {
                store.apply(deletions);
            }
        }
        run = newRun;
    }

    /// Stores items of the run that is under way.
    void fill(byte[] request, ItemShardSettings settings) {
        Fill fill = Fill.CODEC.decode(request);
        if (fill.run() == NO_RUN || fill.run() != run) {
            throw new CallException(
                    Failure.REFUSED,
                    "run " + fill.run() + " does not fill this shard, begin again");
        }
        ItemShardService.requireFit(fill.writes(), settings);
        store.apply(fill.writes());
    }
}
