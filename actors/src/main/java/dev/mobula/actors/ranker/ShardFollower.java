package dev.mobula.actors.ranker;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.ItemStream;
import dev.mobula.ranking.features.StoredItems;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps item columns at the state of one item shard: a thread of its own asks for changes and applies them in order.
///
/// It starts at position 0, so a ranker that restarts reads everything again. When the shard no longer has the changes
/// since its position, it scans the shard and forgets what the scan did not show. A shard that is away is asked again;
/// an answer that would be too large is asked for in smaller parts.
final class ShardFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardFollower.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMillis(20);
    private static final Duration AWAY = Duration.ofMillis(200);
    private static final int PART = 1_024;

    private final ItemShards shards;
    private final int shard;
    private final ItemColumns columns;
    private final StoredItems reading;
    private final ItemStream stream;
    private final Thread thread;

    private int part = PART;
    private volatile long position;
    private volatile long newest;
    private volatile boolean caughtUp;
    private volatile boolean closed;

    ShardFollower(ItemShards shards, int shard, ItemColumns columns, StoredItems reading) {
        this(shards, shard, columns, reading, 0);
    }

    /// Goes on from a position whose items the columns have.
    ShardFollower(
            ItemShards shards,
            int shard,
            ItemColumns columns,
            StoredItems reading,
            long firstPosition) {
        this.shards = shards;
        this.shard = shard;
        this.columns = columns;
        this.reading = reading;
        stream = columns.newStream();
        moveTo(firstPosition);
        thread = Thread.ofVirtual().name("mobula-follow-" + name()).start(this::follow);
    }

    String name() {
        return shards.shards().get(shard).name();
    }

    long position() {
        return position;
    }

    long newest() {
        return newest;
    }

    /// Whether it has once had everything that the shard had then.
    boolean caughtUp() {
        return caughtUp;
    }

    private void follow() {
        try {
            while (!closed) {
                Thread.sleep(step());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// How long to wait before the next one.
    private Duration step() throws InterruptedException {
        try {
            boolean more = read();
            part = Math.min(PART, part * 2);
            return more ? Duration.ZERO : IDLE;
        } catch (ExecutionException failed) {
            LOG.debug("shard {} does not tell its changes", name(), failed.getCause());
            part = Math.max(1, part / 2);
            return AWAY;
        }
    }

    private boolean read() throws InterruptedException, ExecutionException {
        ItemShards.Changed changed = await(shards.changes(shard, position, part, ASK_LIMIT));
        newest = changed.newest();
        switch (changed.changes()) {
            case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                for (ItemChange change : changes) {
                    stream.apply(reading.read(change));
                }
                moveTo(next);
            }
            case Changes.Rebuild<ItemChange> _ -> rebuild();
        }
        caughtUp |= position >= newest;
        return position < newest;
    }

    private void rebuild() throws InterruptedException, ExecutionException {
        LOG.info("shard {} is read anew: position {} is not kept there", name(), position);
        Set<Long> seen = new HashSet<>();
        long reached = -1;
        long first = Long.MIN_VALUE;
        boolean isLast = false;
        while (!isLast) {
            ItemStore.ScanPage page = await(shards.scan(shard, first, part, ASK_LIMIT));
            reached = reached < 0 ? page.position() : reached;
            for (Item item : page.items()) {
                stream.applyScanned(reading.read(reached, item));
                seen.add(item.id());
            }
            isLast = page.last() || page.items().getLast().id() == Long.MAX_VALUE;
            first = isLast ? first : page.items().getLast().id() + 1;
        }
        for (long id : columns.ids()) {
            if (ShardLayout.shardOf(id, shards.shards().size()) == shard && !seen.contains(id)) {
                columns.delete(id);
            }
        }
        moveTo(reached);
    }

    private void moveTo(long reached) {
        stream.moveTo(reached);
        position = reached;
    }

    private static <T> T await(CompletableFuture<T> answer)
            throws InterruptedException, ExecutionException {
        return answer.get();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
