package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemWrite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves all items to another number of shards, rebuilt from the stores, while they are read and written.
/*
 * 1. The new shards start empty and serve nobody. Every old store is read page by page, and its changes are followed
 *    from a position before the first page, until what is left, and what is left
 *    to index, is little. They get the spaces that the old ones have.
 * 2. The old shards are frozen: writes wait at their callers. The last changes are followed to their end. The new
 *    shards now hold exactly what was ever acknowledged, and become readable.
 * 3. The old shards retire: from now on they only say who comes after them. When none of them answers reads any more,
 *    the new ones take writes, and the writes that waited go there.
 *
 * Nobody is ever told of a state that is older than an acknowledged write: the new shards take none before the last old
 * one is out of use. A failure before step 3 leaves the old shards as they were. From step 3 on the way only leads
 * forward, and running the same move again ends it. Every phase is on disk before it holds.
 */
public final class Resharding {
    private static final Logger LOG = LoggerFactory.getLogger(Resharding.class);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int FOLLOWED_ROUNDS_MAX = 20;
    private static final int LITTLE = 500;

    private final ItemShards items;
    private final Cluster cluster;
    private final ShardLayout from;
    private final ShardLayout to;
    private final long run;
    private final BuildProgress progress;
    private final long[] positions;
    private long moved;

    private Resharding(ItemShards items, ShardLayout to, long run, BuildProgress progress) {
        this.items = items;
        this.to = to;
        this.run = run;
        this.progress = progress;
        cluster = items.cluster();
        from = items.layout();
        positions = new long[from.count()];
    }

    /// Moves the items to `count` shards under a new name, and returns when these serve them.
    ///
    /// @param run a number that no other run has
    public static ItemShards run(
            ItemShards items,
            String newName,
            int count,
            ItemShardSettings settings,
            long run,
            BuildProgress progress) {
        ShardLayout to = new ShardLayout(newName, count);
        if (newName.equals(items.layout().name())) {
            throw new CallException(
                    Failure.REFUSED, "name \"" + newName + "\" is that of the shards to move from");
        }
        ItemShards.spawn(items.cluster(), to, new ItemShardProtocol.Start(settings, true));
        Resharding move = new Resharding(items, to, run, progress);
        if (!move.wasDecided()) {
            move.fill();
        }
        move.retireAndOpen();
        return new ItemShards(items.cluster(), to);
    }

    /// Has retired shards delete their data, which the shards after them have; they go on saying where it went. Whoever
    /// follows the old shards' changes and has not read them to the end reads the new shards whole.
    public static void discard(Cluster cluster, ShardLayout retired) {
        Map<ServiceRef, ShardPhase> phases = new LinkedHashMap<>();
        retired.shards().forEach(shard -> phases.put(shard, phaseOf(cluster, shard)));
        phases.forEach(
                (shard, phase) -> {
                    if (!phase.isRetired()) {
                        throw refused(
                                shard,
                                "is " + phase.stage() + ": only retired shards are discarded");
                    }
                    phase.successor()
                            .orElseThrow()
                            .shards()
                            .forEach(next -> requireServing(cluster, next));
                });
        phases.forEach(
                (shard, phase) ->
                        Answers.await(
                                asking(
                                        cluster,
                                        shard,
                                        ItemShardProtocol.SET_PHASE,
                                        ShardPhase.CODEC.encode(
                                                new ShardPhase(
                                                        ShardPhase.Stage.DISCARDED,
                                                        phase.successor())))));
    }

    private static void requireServing(Cluster cluster, ServiceRef shard) {
        ShardPhase phase = phaseOf(cluster, shard);
        if (phase.stage() != ShardPhase.Stage.SERVING && !phase.isRetired()) {
            throw refused(
                    shard,
                    "is " + phase.stage() + ": what comes before it is kept until it serves");
        }
    }

    private static CallException refused(ServiceRef shard, String why) {
        return new CallException(Failure.REFUSED, shard.name() + " " + why);
    }

    /// Whether an earlier run came as far as the first retirement, after which the new shards hold everything.
    private boolean wasDecided() {
        return from.shards().stream()
                .map(shard -> phaseOf(cluster, shard))
                .anyMatch(ShardPhase::isRetired);
    }

    private void fill() {
        beginAnew();
        for (ServiceRef shard : to.shards()) {
            ask(shard, ItemShardProtocol.BEGIN_FILL, ItemShardProtocol.number(run));
        }
        for (int i = 0; i < from.count(); i++) {
            positions[i] = statsOf(from.shard(i)).storePosition();
            copy(from.shard(i));
        }
        followUntilLittleIsLeft();
        installSpaces();
        for (ServiceRef shard : to.shards()) {
            ask(shard, ItemShardProtocol.CATCH_UP, ItemShardProtocol.NOTHING);
        }
        followUntilLittleIsLeft();
        boolean filled = false;
        try {
            setPhases(from, new ShardPhase(ShardPhase.Stage.FROZEN, Optional.of(to)));
            while (follow() > 0) {
                LOG.debug("following the last changes");
            }
            setPhases(to, new ShardPhase(ShardPhase.Stage.READABLE, Optional.empty()));
            filled = true;
        } finally {
            if (!filled) {
                thaw();
            }
        }
    }

    /// An earlier run may have been cut off: what it froze serves again, what it had filled is filled anew.
    private void beginAnew() {
        setPhases(to, ShardPhase.FILLING);
        setPhases(from, ShardPhase.SERVING);
    }

    private void copy(ServiceRef shard) {
        long about = items.stats().stream().mapToLong(ItemShardStats::storedEstimated).sum();
        ShardPages.scan(
                cluster,
                shard,
                LIMIT,
                page -> {
                    List<ItemWrite> writes = new ArrayList<>();
                    page.forEach(item -> writes.add(new ItemWrite.Put(item)));
                    send(writes);
                    moved += page.size();
                    progress.advanced("move", moved, Math.max(moved, about));
                });
    }

    /// From where the old shards have them, which the new ones must see as well.
    private void installSpaces() {
        ItemSpaces before = new ItemSpaces(items);
        ItemSpaces after = new ItemSpaces(new ItemShards(cluster, to));
        Map<String, Path> sources = new LinkedHashMap<>();
        before.status()
                .values()
                .forEach(
                        spaces ->
                                spaces.forEach(
                                        one -> sources.put(one.name(), Path.of(one.source()))));
        sources.forEach((name, folder) -> Answers.await(after.install(name, folder)));
    }

    private void followUntilLittleIsLeft() {
        for (int round = 0; round < FOLLOWED_ROUNDS_MAX && follow() > LITTLE; round++) {
            LOG.info("following what was written meanwhile, round {}", round + 1);
        }
    }

    /// Sends what changed since the last round; returns how much that was.
    private long follow() {
        long changed = 0;
        for (int i = 0; i < from.count(); i++) {
            long before = positions[i];
            do {
                before = positions[i];
                positions[i] = followOnce(from.shard(i), before);
                changed += positions[i] - before;
            } while (positions[i] > before);
        }
        return changed;
    }

    private long followOnce(ServiceRef shard, long position) {
        ShardPages.Changed changed =
                Answers.await(ShardPages.changes(cluster, shard, position, LIMIT));
        return switch (changed.changes()) {
            case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                Map<Long, ItemWrite> last = new LinkedHashMap<>();
                for (ItemChange change : changes) {
                    last.put(
                            change.id(),
                            switch (change) {
                                case ItemChange.Stored(long _, Item item) ->
                                        new ItemWrite.Put(item);
                                case ItemChange.Gone(long _, long id) -> new ItemWrite.Delete(id);
                            });
                }
                send(List.copyOf(last.values()));
                yield next;
            }
            case Changes.Rebuild<ItemChange>(long oldest, long newest) ->
                    throw new CallException(
                            Failure.OVERLOADED,
                            shard.name()
                                    + " is written faster than it can be moved: position "
                                    + position
                                    + ", it keeps "
                                    + oldest
                                    + ".."
                                    + newest);
        };
    }

    private void send(List<ItemWrite> writes) {
        List<CompletableFuture<byte[]>> sent = new ArrayList<>();
        to.byOwner(writes, ItemWrite::id)
                .forEach(
                        (owner, owned) ->
                                sent.add(
                                        asking(
                                                owner,
                                                ItemShardProtocol.FILL,
                                                ShardMover.Fill.CODEC.encode(
                                                        new ShardMover.Fill(run, owned)))));
        sent.forEach(Answers::await);
    }

    private void retireAndOpen() {
        setPhases(from, new ShardPhase(ShardPhase.Stage.RETIRED, Optional.of(to)));
        setPhases(to, ShardPhase.SERVING);
    }

    /// After a failure: the old shards go on; the first of several failures is the one that is told.
    private void thaw() {
        try {
            setPhases(from, ShardPhase.SERVING);
        } catch (CallException failed) {
            LOG.atError().setCause(failed).log("frozen shards of {} do not thaw", from.name());
        }
    }

    private void setPhases(ShardLayout layout, ShardPhase phase) {
        byte[] message = ShardPhase.CODEC.encode(phase);
        List<CompletableFuture<byte[]>> asked =
                layout.shards().stream()
                        .map(shard -> asking(shard, ItemShardProtocol.SET_PHASE, message))
                        .toList();
        asked.forEach(Answers::await);
    }

    private static ShardPhase phaseOf(Cluster cluster, ServiceRef shard) {
        return ShardPhase.CODEC.decode(
                Answers.await(
                        asking(
                                cluster,
                                shard,
                                ItemShardProtocol.PHASE,
                                ItemShardProtocol.NOTHING)));
    }

    private ItemShardStats statsOf(ServiceRef shard) {
        return ItemShardStats.CODEC.decode(
                ask(shard, ItemShardProtocol.STATS, ItemShardProtocol.NOTHING));
    }

    private byte[] ask(ServiceRef shard, int op, byte[] body) {
        return Answers.await(asking(shard, op, body));
    }

    private CompletableFuture<byte[]> asking(ServiceRef shard, int op, byte[] body) {
        return asking(cluster, shard, op, body);
    }

    private static CompletableFuture<byte[]> asking(
            Cluster cluster, ServiceRef shard, int op, byte[] body) {
        return cluster.call(shard, Request.of(op, body).within(LIMIT).retried());
    }
}
