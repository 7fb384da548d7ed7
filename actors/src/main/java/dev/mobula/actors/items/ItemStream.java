package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a listener of every item of all shards, and of every change from then on, wherever the items move.
///
/// Each shard's stream is read from its beginning, or from a full reading of the store where the stream no longer reaches
/// back. A shard that does not answer is asked again until it does. An item may be told of more than once.
public final class ItemStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ItemStream.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long IDLE_NANOS = 20_000_000;
    private static final int POLLS_BETWEEN_PHASES = 50;

    private final Cluster cluster;
    private final Listener listener;
    private final Thread thread;
    private ShardLayout layout;
    private long[] positions;
    private volatile boolean closed;

    /// Who is told. Called from one thread.
    public interface Listener {
        /// An item is now this.
        void stored(Item item);

        /// No item of this id is stored.
        void gone(long id);
    }

    public ItemStream(Cluster cluster, ShardLayout layout, Listener listener) {
        this.cluster = cluster;
        this.layout = layout;
        this.listener = listener;
        positions = new long[layout.count()];
        thread = Thread.ofVirtual().name("mobula-item-stream").start(this::follow);
    }

    private void follow() {
        for (int poll = 0; !closed; poll++) {
            try {
                boolean moved = false;
                for (int i = 0; i < positions.length && !closed; i++) {
                    moved |= followShard(i);
                }
                if (!moved && poll % POLLS_BETWEEN_PHASES == 0) {
                    goWhereTheItemsWent();
                }
                if (!moved) {
                    LockSupport.parkNanos(IDLE_NANOS);
                }
            } catch (CallException away) {
                if (!closed) {
                    LOG.debug("items of {} are asked again", layout.name(), away);
                    LockSupport.parkNanos(IDLE_NANOS);
                }
            }
        }
    }

    /// Reads one page; false when there was nothing new.
    private boolean followShard(int number) {
        long position = positions[number];
        ServiceRef shard = layout.shard(number);
        ItemShards.Changed changed =
                Answers.await(
                        ItemShards.changes(cluster, shard, position, ItemShards.SCAN_PAGE, LIMIT));
        switch (changed.changes()) {
            case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                changes.forEach(this::tell);
                positions[number] = next;
            }
            case Changes.Rebuild<ItemChange>(long _, long newest) -> {
                ItemShards.scanAll(cluster, shard, LIMIT, page -> page.forEach(listener::stored));
                positions[number] = newest;
            }
        }
        return positions[number] != position;
    }

    private void tell(ItemChange change) {
        switch (change) {
            case ItemChange.Stored(long _, Item item) -> listener.stored(item);
            case ItemChange.Gone(long _, long id) -> listener.gone(id);
        }
    }

    /// The streams of retired shards were read to their ends; those of the shards after them are read from the start.
    private void goWhereTheItemsWent() {
        Optional<ShardLayout> next = Optional.empty();
        for (ServiceRef shard : layout.shards()) {
            byte[] answer = ask(shard, ItemShardProtocol.PHASE, ItemShardProtocol.NOTHING);
            ShardPhase phase = ShardPhase.CODEC.decode(answer);
            if (!phase.isRetired()) {
                return;
            }
            next = phase.successor();
        }
        next.ifPresent(
                successor -> {
                    layout = successor;
                    positions = new long[successor.count()];
                });
    }

    private byte[] ask(ServiceRef shard, int op, byte[] body) {
        return Answers.await(cluster.call(shard, Request.of(op, body).within(LIMIT)));
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
