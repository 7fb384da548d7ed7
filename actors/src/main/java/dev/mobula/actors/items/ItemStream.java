package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.store.Item;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/// Tells a listener of every item of all shards, and of every change from then on, wherever the items move.
///
/// Each shard's stream is read from its beginning by a thread of its own, so a shard that is away holds up no other. An
/// item may be told of more than once.
public final class ItemStream implements AutoCloseable {
    private final Cluster cluster;
    private final Listener listener;
    private volatile List<ShardReader> readers = List.of();
    private boolean closed;

    /// Who is told; by one thread at a time.
    public interface Listener {
        /// An item is now this.
        void stored(Item item);

        /// No item of this id is stored.
        void gone(long id);

        /// A shard lost its past and was read whole: what it owns and did not show is gone.
        void readAnew(LongPredicate owned, Set<Long> shown);
    }

    /// How far one shard was read.
    ///
    /// @param newest the shard's newest position when it was last asked
    /// @param failure why it is not read on, empty when it is
    public record Reach(String shard, long position, long newest, String failure) {}

    public ItemStream(Cluster cluster, ShardLayout layout, Listener listener) {
        this.cluster = cluster;
        this.listener = listener;
        read(layout);
    }

    private synchronized void read(ShardLayout layout) {
        if (closed) {
            return;
        }
        readers =
                IntStream.range(0, layout.count())
                        .mapToObj(
                                shard ->
                                        new ShardReader(
                                                cluster, layout, shard, listener, this::retired))
                        .toList();
        readers.forEach(ShardReader::start);
    }

    /// When the streams of all retired shards were read to their ends, those of the shards after them are read from the
    /// start.
    private synchronized void retired(ShardLayout successor) {
        if (readers.stream().allMatch(ShardReader::isRetired)) {
            read(successor);
        }
    }

    /// How far each shard was read.
    public List<Reach> reached() {
        return readers.stream().map(ShardReader::reach).toList();
    }

    /// Whether everything was told that each shard had when it was asked first.
    public boolean caughtUp() {
        return readers.stream().allMatch(ShardReader::caughtUp);
    }

    @Override
    public synchronized void close() {
        closed = true;
        readers.forEach(ShardReader::close);
    }
}
