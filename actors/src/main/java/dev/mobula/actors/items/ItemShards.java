package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// All items, as callers see them: hashed over shards, written to their owner, searched everywhere.
///
/// The best of all shards' answers is the best of all items. A shard that is late or away makes an
/// answer partial, and the answer says which and why.
public final class ItemShards {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);
    private static final int SEARCH_THREADS = 2;

    /// The most changes, or items of a scan, in one answer.
    public static final int PAGE_MAX = 4_096;

    private final Cluster cluster;
    private final List<ServiceRef> shards;

    /// The shards, in the order of their numbers.
    public ItemShards(Cluster cluster, List<ServiceRef> shards) {
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("shards=[]: there must be one at least");
        }
        this.cluster = cluster;
        this.shards = List.copyOf(shards);
    }

    /// Starts that many shards, named `NAME-0`, `NAME-1` and so on.
    public static ItemShards spawn(
            Cluster cluster, String name, int count, ItemShardSettings settings) {
        List<ServiceRef> refs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServiceSpec spec =
                    ServiceSpec.named(name + "-" + i, ItemShardService.Factory.class)
                            .settings(ItemShardSettings.CODEC.encode(settings))
                            .state(StateKind.LOCAL)
                            .threads(SEARCH_THREADS)
                            .limits(MailboxLimits.standard())
                            .build();
            refs.add(cluster.spawn(spec));
        }
        return new ItemShards(cluster, refs);
    }

    /// What a search found; `missing` names the shards that gave no answer, with the reason.
    public record Found(Hits hits, Map<String, String> missing) {
        public Found {
            missing = Map.copyOf(missing);
        }

        /// Whether every shard gave its whole answer.
        public boolean complete() {
            return missing.isEmpty() && hits.complete();
        }
    }

    /// Stores items and makes them findable; completes when every owner has them on disk.
    public CompletableFuture<Void> put(List<Item> items) {
        Map<ServiceRef, List<Item>> byOwner = new HashMap<>();
        for (Item item : items) {
            byOwner.computeIfAbsent(owner(item.id()), owner -> new ArrayList<>()).add(item);
        }
        List<CompletableFuture<byte[]>> writes = new ArrayList<>();
        byOwner.forEach(
                (owner, owned) ->
                        writes.add(
                                write(
                                        owner,
                                        ItemShardProtocol.PUT,
                                        ItemShardProtocol.ITEM_LIST.encode(owned))));
        return all(writes);
    }

    /// Removes items; once complete, no search finds them again.
    public CompletableFuture<Void> delete(long... ids) {
        List<CompletableFuture<byte[]>> writes = new ArrayList<>();
        idsByOwner(ids)
                .forEach(
                        (owner, owned) ->
                                writes.add(
                                        write(
                                                owner,
                                                ItemShardProtocol.DELETE,
                                                ItemShardProtocol.ids(toArray(owned)))));
        return all(writes);
    }

    /// The best k over all shards that answer in time.
    public CompletableFuture<Found> search(float[] query, int k, int ef, Duration limit) {
        byte[] message =
                ItemShardProtocol.Search.CODEC.encode(new ItemShardProtocol.Search(query, k, ef));
        Request request = Request.of(ItemShardProtocol.SEARCH, message).within(limit);
        List<CompletableFuture<byte[]>> answers =
                shards.stream().map(shard -> cluster.call(shard, request)).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .handle((done, anyFailure) -> merge(answers, k));
    }

    private Found merge(List<CompletableFuture<byte[]>> answers, int k) {
        List<Hits> hits = new ArrayList<>();
        Map<String, String> missing = new HashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            CompletableFuture<byte[]> answer = answers.get(i);
            if (answer.isCompletedExceptionally()) {
                missing.put(shards.get(i).name(), reason(answer.exceptionNow()));
            } else {
                hits.add(ItemShardProtocol.HITS.decode(answer.join()));
            }
        }
        return new Found(Hits.merge(hits, k), missing);
    }

    private static String reason(Throwable failed) {
        return failed instanceof CallException typed
                ? typed.failure().name()
                : failed.getClass().getSimpleName();
    }

    /// The stored items of these ids, in no particular order; fails when an owner does not answer.
    public CompletableFuture<List<Item>> find(long[] ids, Duration limit) {
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        idsByOwner(ids)
                .forEach(
                        (owner, owned) ->
                                answers.add(
                                        cluster.call(
                                                owner,
                                                Request.of(
                                                                ItemShardProtocol.FIND,
                                                                ItemShardProtocol.ids(
                                                                        toArray(owned)))
                                                        .within(limit)
                                                        .retried())));
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        done ->
                                answers.stream()
                                        .flatMap(
                                                answer ->
                                                        ItemShardProtocol.ITEM_LIST
                                                                .decode(answer.join())
                                                                .stream())
                                        .toList());
    }

    /// Changes of one shard, and the position of its newest one.
    public record Changed(Changes<ItemChange> changes, long newest) {}

    /// What changed in a shard after this position.
    public CompletableFuture<Changed> changes(int shard, long position, int max, Duration limit) {
        byte[] message =
                ItemShardProtocol.Part.CODEC.encode(new ItemShardProtocol.Part(position, max));
        return ask(shard, ItemShardProtocol.CHANGES, message, limit)
                .thenApply(ItemShardProtocol.CHANGED::decode);
    }

    /// The stored items of a shard from this id on, in the order of ids.
    public CompletableFuture<ItemStore.ScanPage> scan(
            int shard, long firstId, int max, Duration limit) {
        byte[] message =
                ItemShardProtocol.Part.CODEC.encode(new ItemShardProtocol.Part(firstId, max));
        return ask(shard, ItemShardProtocol.SCAN, message, limit)
                .thenApply(ItemShardProtocol.SCANNED::decode);
    }

    private CompletableFuture<byte[]> ask(int shard, int op, byte[] message, Duration limit) {
        return cluster.call(shards.get(shard), Request.of(op, message).within(limit));
    }

    /// Every shard in numbers, in shard order.
    public List<ItemShardStats> stats() {
        return shards.stream()
                .map(shard -> write(shard, ItemShardProtocol.STATS, ItemShardProtocol.NOTHING))
                .map(answer -> ItemShardStats.CODEC.decode(answer.join()))
                .toList();
    }

    /// Merges every shard's newest items into its snapshot; searches go on meanwhile.
    public CompletableFuture<Void> compact(Duration limit) {
        Request request =
                Request.of(ItemShardProtocol.COMPACT, ItemShardProtocol.NOTHING).within(limit);
        return all(shards.stream().map(shard -> cluster.call(shard, request)).toList());
    }

    /// The shards, in the order of their numbers.
    public List<ServiceRef> shards() {
        return shards;
    }

    private CompletableFuture<byte[]> write(ServiceRef owner, int op, byte[] body) {
        return cluster.call(owner, Request.of(op, body).within(WRITE_LIMIT).retried());
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<byte[]>> writes) {
        return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
    }

    private ServiceRef owner(long id) {
        return shards.get(shardOf(id, shards.size()));
    }

    /// Which of so many shards owns an id: a mixing hash, so that neighbouring ids spread.
    public static int shardOf(long id, int count) {
        long mixed = (id ^ (id >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 33), count);
    }

    private Map<ServiceRef, List<Long>> idsByOwner(long[] ids) {
        Map<ServiceRef, List<Long>> byOwner = new HashMap<>();
        Arrays.stream(ids)
                .forEach(
                        id ->
                                byOwner.computeIfAbsent(owner(id), owner -> new ArrayList<>())
                                        .add(id));
        return byOwner;
    }

    private static long[] toArray(List<Long> ids) {
        return ids.stream().mapToLong(Long::longValue).toArray();
    }
}
