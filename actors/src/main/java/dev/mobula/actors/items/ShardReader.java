package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.shards.Steps;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads one shard's stream to its listener, and the whole shard where the stream no longer reaches back.
///
/// A shard that does not answer is asked again until it does; one that has retired is read to its end.
final class ShardReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMillis(20);
    private static final int IDLES_BETWEEN_PHASES = 50;

    private final Cluster cluster;
    private final ShardLayout layout;
    private final int number;
    private final ServiceRef shard;
    private final ItemStream.Listener listener;
    private final Consumer<ShardLayout> whenRetired;
    private final Steps steps;

    private int idles;
    private volatile long position;
    private volatile long newest;
    private volatile boolean caughtUp;
    private volatile boolean retired;

    ShardReader(
            Cluster cluster,
            ShardLayout layout,
            int number,
            ItemStream.Listener listener,
            Consumer<ShardLayout> whenRetired) {
        this.cluster = cluster;
        this.layout = layout;
        this.number = number;
        this.listener = listener;
        this.whenRetired = whenRetired;
        shard = layout.shard(number);
        steps =
                new Steps(
                        Thread.ofVirtual().name("mobula-read-" + shard.name()),
                        "shard " + shard.name(),
                        this::step);
    }

    void start() {
        steps.start();
    }

    ItemStream.Reach reach() {
        return new ItemStream.Reach(shard.name(), position, newest, steps.failure());
    }

    boolean caughtUp() {
        return caughtUp;
    }

    boolean isRetired() {
        return retired;
    }

    private Optional<Duration> step() {
        if (read()) {
            return Optional.of(Duration.ZERO);
        }
        if (idles++ % IDLES_BETWEEN_PHASES == 0) {
            retireWithTheShard();
        }
        return retired ? Optional.empty() : Optional.of(IDLE);
    }

    /// Reads one page; false when there was nothing new.
    private boolean read() {
        ShardPages.Changed changed =
                Answers.await(ShardPages.changes(cluster, shard, position, LIMIT));
        long before = position;
        newest = changed.newest();
        switch (changed.changes()) {
            case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                tell(changes);
                position = next;
            }
            case Changes.Rebuild<ItemChange>(long _, long reached) -> {
                readWhole();
                position = reached;
            }
        }
        caughtUp |= position >= newest;
        return position != before;
    }

    private void tell(List<ItemChange> changes) {
        synchronized (listener) {
            for (ItemChange change : changes) {
                switch (change) {
                    case ItemChange.Stored(long _, Item item) -> listener.stored(item);
                    case ItemChange.Gone(long _, long id) -> listener.gone(id);
                }
            }
        }
    }

    private void readWhole() {
        LOG.info("shard {} is read whole: position {} is not kept there", shard.name(), position);
        Set<Long> shown = new HashSet<>();
        ShardPages.scan(
                cluster,
                shard,
                LIMIT,
                page -> {
                    synchronized (listener) {
                        page.forEach(listener::stored);
                    }
                    page.forEach(item -> shown.add(item.id()));
                });
        synchronized (listener) {
            listener.readAnew(
                    id -> ShardLayout.shardOf(id, layout.count()) == number, Set.copyOf(shown));
        }
    }

    private void retireWithTheShard() {
        ShardPhase phase =
                ShardPhase.CODEC.decode(
                        Answers.await(
                                cluster.call(
                                        shard,
                                        Request.of(
                                                        ItemShardProtocol.PHASE,
                                                        ItemShardProtocol.NOTHING)
                                                .within(LIMIT))));
        if (phase.isRetired() && phase.successor().isPresent() && !read()) {
            retired = true;
            whenRetired.accept(phase.successor().get());
        }
    }

    @Override
    public void close() {
        steps.interrupt();
    }
}
