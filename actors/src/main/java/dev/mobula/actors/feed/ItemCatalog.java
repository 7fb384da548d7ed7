package dev.mobula.actors.feed;

import dev.mobula.actors.items.ItemShardStats;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemStream;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.safety.Topics;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.Label;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The facts of every visible item that a page is arranged by, kept at hand by the items' change stream.
///
/// It is behind its owners by milliseconds, so nothing is shown on its word alone: owners are asked last.
final class ItemCatalog implements ItemStream.Listener, AutoCloseable {
    private static final String TOPIC = "topic";
    private static final Duration POLL = Duration.ofMillis(2);

    private final Map<Long, Facts> items = new ConcurrentHashMap<>();
    private final Map<String, Centre> topics = new ConcurrentHashMap<>();
    private final Centre everything = new Centre();
    private final int itemsMax;
    private final LongAdder tooMany = new LongAdder();
    private final ItemStream stream;

    /// What is known of an item. The embedding is the item's own.
    @SuppressWarnings("ArrayRecordComponent")
    record Facts(
            long author, String topic, long createdMillis, List<Label> labels, float[] embedding) {
        static Facts of(Item item) {
            List<String> labelled = Topics.of(item.labels());
            String topic =
                    item.attributes().get(TOPIC) instanceof Attribute.Text(String text)
                            ? text.intern()
                            : labelled.isEmpty() ? "" : labelled.getFirst().intern();
            return new Facts(
                    item.authorId(), topic, item.createdMillis(), item.labels(), item.embedding());
        }

        /// The topic it was posted under, and all that it is labelled with.
        Set<String> topics() {
            Set<String> all = new LinkedHashSet<>(Topics.of(labels));
            if (!topic.isEmpty()) {
                all.add(topic);
            }
            return all;
        }
    }

    /// The mean of unit vectors that come and go.
    private static final class Centre {
        private double[] sum = {};
        private long count;

        synchronized void add(float[] vector, int sign) {
            if (vector.length == 0) {
                return;
            }
            if (sum.length != vector.length) {
                if (count > 0) {
                    return; // vectors of another length have no common mean
                }
                sum = new double[vector.length];
            }
            double length = Vectors.length(vector);
            for (int i = 0; i < vector.length && length > 0; i++) {
                sum[i] += sign * vector[i] / length;
            }
            count += sign;
        }

        synchronized Optional<float[]> direction() {
            return count > 0 ? Vectors.unit(sum) : Optional.empty();
        }
    }

    ItemCatalog(Cluster cluster, ShardLayout shards, int itemsMax) {
        this.itemsMax = itemsMax;
        stream = new ItemStream(cluster, shards, this);
    }

    @Override
    public void stored(Item item) {
        if (item.state() != ItemState.VISIBLE) {
            gone(item.id());
            return;
        }
        if (items.size() >= itemsMax && !items.containsKey(item.id())) {
            tooMany.increment();
            return;
        }
        Facts facts = Facts.of(item);
        count(items.put(item.id(), facts), -1);
        count(facts, 1);
    }

    @Override
    public void gone(long id) {
        count(items.remove(id), -1);
    }

    private void count(@Nullable Facts facts, int sign) {
        if (facts != null) {
            everything.add(facts.embedding(), sign);
            for (String topic : facts.topics()) {
                topics.computeIfAbsent(topic, name -> new Centre()).add(facts.embedding(), sign);
            }
        }
    }

    @Override
    public void readAnew(LongPredicate owned, Set<Long> shown) {
        List<Long> lost =
                items.keySet().stream()
                        .filter(id -> owned.test(id) && !shown.contains(id))
                        .toList();
        lost.forEach(this::gone);
    }

    /// What is known of an item, if it is there and may be shown.
    @Nullable Facts find(long id) {
        return items.get(id);
    }

    /// The direction in which a topic's items lie.
    Optional<float[]> ofTopic(String topic) {
        Centre centre = topics.get(topic);
        return centre == null ? Optional.empty() : centre.direction();
    }

    /// The direction of all items together, for somebody of whom nothing is known.
    Optional<float[]> ofEverything() {
        return everything.direction();
    }

    int size() {
        return items.size();
    }

    /// Items set aside because there were too many.
    long tooMany() {
        return tooMany.sum();
    }

    /// What it has not read yet, or cannot read on, in words; empty when it has read all there was when it was asked first
    /// and goes on.
    List<String> behind() {
        List<String> shards = new ArrayList<>();
        boolean isCaughtUp = stream.caughtUp();
        for (ItemStream.Reach reach : stream.reached()) {
            if (!reach.failure().isEmpty()) {
                shards.add(reach.failure());
            } else if (!isCaughtUp) {
                shards.add(
                        "%s at %d of %d"
                                .formatted(reach.shard(), reach.position(), reach.newest()));
            }
        }
        return shards;
    }

    /// Waits until every shard was read up to where it was when it was asked first. False when the time is over.
    boolean awaitCaughtUp(Duration limit) {
        return await(stream::caughtUp, limit);
    }

    /// Waits until every shard was read up to where it is now. False when the time is over.
    boolean awaitReached(ItemShards shards, Duration limit) {
        List<ItemShardStats> stats = shards.stats();
        Map<String, Long> targets = new HashMap<>();
        for (int shard = 0; shard < shards.shards().size(); shard++) {
            targets.put(shards.shards().get(shard).name(), stats.get(shard).storePosition());
        }
        return await(
                () ->
                        stream.reached().stream()
                                .allMatch(
                                        reach ->
                                                reach.position()
                                                        >= targets.getOrDefault(reach.shard(), 0L)),
                limit);
    }

    private static boolean await(BooleanSupplier condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    @Override
    public void close() {
        stream.close();
    }
}
