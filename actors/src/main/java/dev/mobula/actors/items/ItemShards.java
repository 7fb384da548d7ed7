package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStanding;
import dev.mobula.retrieval.store.ItemWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/// All items, as callers see them: hashed over shards, written to their owner, searched everywhere.
///
/// The best of all shards' answers is the best of all items: surely for few hits, and for 64 and more with the certainty
/// of [ShardLayout#shareOf], which asks each shard for its likely part alone. A shard that is late or away makes an
/// answer partial, and the answer says which and why. When the items have moved to other shards, the
/// first call that hears of it goes on there, and so do all later ones.
public final class ItemShards {
    /// The most hits of a search by words.
    public static final int WORD_HITS_MAX = 1_000;

    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);
    private static final Duration PHASE_LIMIT = Duration.ofSeconds(2);
    private static final double SHARE_FOR_SHARD = .9;
    private static final int SERVICE_THREADS = 3;
    private static final int WRITES_PER_CALL_MAX = 1_000;
    private static final int MOVES_MAX = 8;

    private final Cluster cluster;
    private volatile ShardLayout layout;

    /// The items of shards that run already.
    public ItemShards(Cluster cluster, ShardLayout layout) {
        this.cluster = cluster;
        this.layout = layout;
    }

    /// Starts that many shards, named `NAME-0`, `NAME-1` and so on.
    public static ItemShards spawn(
            Cluster cluster, String name, int count, ItemShardSettings settings) {
        ShardLayout layout = new ShardLayout(name, count);
        spawn(cluster, layout, new ItemShardProtocol.Start(settings, false));
        return new ItemShards(cluster, layout);
    }

    static void spawn(Cluster cluster, ShardLayout layout, ItemShardProtocol.Start start) {
        for (ServiceRef shard : layout.shards()) {
            if (cluster.lookup(shard.name()).isEmpty()) {
                cluster.spawn(
                        ServiceSpec.named(shard.name(), ItemShardService.Factory.class)
                                .settings(ItemShardProtocol.Start.CODEC.encode(start))
                                .state(StateKind.LOCAL)
                                .threads(SERVICE_THREADS)
                                .limits(MailboxLimits.standard())
                                .build());
            }
        }
    }

    /// Stores items and makes them findable; completes when every owner has them on disk.
    public CompletableFuture<Void> put(List<Item> items) {
        List<ItemWrite> writes = new ArrayList<>();
        items.forEach(item -> writes.add(new ItemWrite.Put(item)));
        return write(writes);
    }

    /// Stores items as their authors have them now, and keeps the labels that others gave them.
    public CompletableFuture<Void> edit(List<Item> items) {
        return write(items.stream().<ItemWrite>map(ItemWrite.Edit::new).toList());
    }

    /// What changed in one shard after a position, for whoever derives something from it.
    public CompletableFuture<Changes<ItemChange>> changesSince(
            ServiceRef shard, long position, Duration limit) {
        return ShardPages.changes(cluster, shard, position, limit)
                .thenApply(ShardPages.Changed::changes);
    }

    /// Removes items; once complete, no search finds them again.
    public CompletableFuture<Void> delete(long... ids) {
        return write(Arrays.stream(ids).<ItemWrite>mapToObj(ItemWrite.Delete::new).toList());
    }

    /// Writes to many items; completes when every owner has its share on disk and every later search sees it. Up to
    /// 1,000 writes of one owner are stored whole or not at all.
    public CompletableFuture<Void> write(List<ItemWrite> writes) {
        return write(writes, layout, MOVES_MAX);
    }

    private CompletableFuture<Void> write(List<ItemWrite> writes, ShardLayout at, int movesLeft) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        at.byOwner(writes, ItemWrite::id)
                .forEach((owner, owned) -> parts.add(writeTo(owner, owned, at, movesLeft)));
        return all(parts);
    }

    /// One call after the other, so that writes to one item stay in order.
    private CompletableFuture<Void> writeTo(
            ServiceRef owner, List<ItemWrite> owned, ShardLayout at, int movesLeft) {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (int from = 0; from < owned.size(); from += WRITES_PER_CALL_MAX) {
            List<ItemWrite> part =
                    owned.subList(from, Math.min(owned.size(), from + WRITES_PER_CALL_MAX));
            byte[] body = ItemShardProtocol.WRITES.encode(part);
            done =
                    done.thenCompose(
                            before ->
                                    following(
                                            owner,
                                            at,
                                            movesLeft,
                                            call(owner, ItemShardProtocol.WRITE, body, WRITE_LIMIT)
                                                    .thenAccept(stored -> {}),
                                            next -> write(part, next, movesLeft - 1)));
        }
        return done;
    }

    /// The best k over all shards that answer in time.
    public CompletableFuture<FoundItems> search(float[] query, int k, int ef, Duration limit) {
        return search(query, k, ef, Filter.EVERYTHING, limit);
    }

    /// The best k of those that pass the filter, over all shards that answer in time.
    public CompletableFuture<FoundItems> search(
            float[] query, int k, int ef, Filter filter, Duration limit) {
        return search("", query, k, ef, filter, limit);
    }

    /// The same in another space than that of the vectors which items are stored with; a shard where that space is not
    /// ready is named in the answer.
    public CompletableFuture<FoundItems> search(
            String space, float[] query, int k, int ef, Filter filter, Duration limit) {
        long budgetNanos = (long) (limit.toNanos() * SHARE_FOR_SHARD);
        return gather(
                ItemShardProtocol.SEARCH,
                at -> {
                    int share = at.shareOf(k);
                    int width = share == k ? ef : (int) Math.max(share, (long) ef * share / k);
                    return ItemShardProtocol.Search.CODEC.encode(
                            new ItemShardProtocol.Search(
                                    space, query, share, width, budgetNanos, filter));
                },
                k,
                limit,
                MOVES_MAX);
    }

    /// The k items whose texts match the words best, over all shards that answer in time.
    public CompletableFuture<FoundItems> searchWords(String words, int k, Duration limit) {
        byte[] message =
                ItemShardProtocol.Words.CODEC.encode(new ItemShardProtocol.Words(words, k));
        return gather(ItemShardProtocol.WORDS, at -> message, k, limit, MOVES_MAX);
    }

    private CompletableFuture<FoundItems> gather(
            int op, Function<ShardLayout, byte[]> message, int k, Duration limit, int movesLeft) {
        ShardLayout at = layout;
        Request request = Request.of(op, message.apply(at)).within(limit);
        List<CompletableFuture<byte[]>> answers =
                at.shards().stream().map(shard -> cluster.call(shard, request)).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .handle((done, anyFailure) -> firstRefused(at, answers))
                .thenCompose(
                        refused ->
                                refused.isEmpty() || movesLeft == 0
                                        ? CompletableFuture.completedFuture(
                                                FoundItems.merge(at, answers, k))
                                        : successorOf(refused.get(), at)
                                                .thenCompose(
                                                        next ->
                                                                next.isPresent()
                                                                        ? gather(
                                                                                op,
                                                                                message,
                                                                                k,
                                                                                limit,
                                                                                movesLeft - 1)
                                                                        : CompletableFuture
                                                                                .completedFuture(
                                                                                        FoundItems
                                                                                                .merge(
                                                                                                        at,
                                                                                                        answers,
                                                                                                        k))));
    }

    private static Optional<ServiceRef> firstRefused(
            ShardLayout at, List<CompletableFuture<byte[]>> answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).isCompletedExceptionally()
                    && isRefused(answers.get(i).exceptionNow())) {
                return Optional.of(at.shard(i));
            }
        }
        return Optional.empty();
    }

    /// The stored items of these ids, in no particular order; fails when an owner does not answer.
    public CompletableFuture<List<Item>> find(long[] ids, Duration limit) {
        return find(boxed(ids), ItemShardProtocol.ITEM_LIST::decode, limit, layout, MOVES_MAX);
    }

    /// Whether the items of these ids may be shown, in no particular order; what is not stored is left out. Costs a part
    /// of what finding them whole does. Fails when an owner does not answer.
    public CompletableFuture<List<ItemStanding>> standings(long[] ids, Duration limit) {
        return find(boxed(ids), ItemShardProtocol::standings, limit, layout, MOVES_MAX);
    }

    private static List<Long> boxed(long[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private <T> CompletableFuture<List<T>> find(
            List<Long> ids,
            Function<byte[], List<T>> read,
            Duration limit,
            ShardLayout at,
            int movesLeft) {
        List<CompletableFuture<List<T>>> parts = new ArrayList<>();
        at.byOwner(ids, Long::longValue)
                .forEach(
                        (owner, owned) ->
                                parts.add(
                                        following(
                                                owner,
                                                at,
                                                movesLeft,
                                                findIn(owner, owned, limit).thenApply(read),
                                                next ->
                                                        find(
                                                                owned,
                                                                read,
                                                                limit,
                                                                next,
                                                                movesLeft - 1))));
        return all(parts)
                .thenApply(done -> parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    private CompletableFuture<byte[]> findIn(ServiceRef owner, List<Long> owned, Duration limit) {
        byte[] body = ItemShardProtocol.ids(owned.stream().mapToLong(Long::longValue).toArray());
        return call(owner, ItemShardProtocol.FIND, body, limit);
    }

    /// Every shard in numbers, in shard order.
    public List<ItemShardStats> stats() {
        return layout.shards().stream()
                .map(
                        shard ->
                                call(
                                        shard,
                                        ItemShardProtocol.STATS,
                                        ItemShardProtocol.NOTHING,
                                        WRITE_LIMIT))
                .map(answer -> ItemShardStats.CODEC.decode(answer.join()))
                .toList();
    }

    /// Which shards do not serve, each with the reason, found out within a limit; empty when all do. Quick: no shard
    /// looks at its items for it.
    public CompletableFuture<Map<String, String>> ready(Duration limit) {
        return ready(limit, MOVES_MAX);
    }

    private CompletableFuture<Map<String, String>> ready(Duration limit, int movesLeft) {
        ShardLayout at = layout;
        return ShardReadiness.ask(cluster, at, limit)
                .thenCompose(
                        found -> {
                            if (found.movedTo().isEmpty() || movesLeft == 0) {
                                return CompletableFuture.completedFuture(found.missing());
                            }
                            moveTo(at, found.movedTo().get());
                            return ready(limit, movesLeft - 1);
                        });
    }

    /// Merges every shard's newest items into its snapshot; searches go on meanwhile.
    public CompletableFuture<Void> compact(Duration limit) {
        return all(
                layout.shards().stream()
                        .map(
                                shard ->
                                        call(
                                                shard,
                                                ItemShardProtocol.COMPACT,
                                                ItemShardProtocol.NOTHING,
                                                limit))
                        .toList());
    }

    /// How the items are spread now, as far as this caller has heard.
    public ShardLayout layout() {
        return layout;
    }

    /// The shards, in the order of their numbers.
    public List<ServiceRef> shards() {
        return layout.shards();
    }

    Cluster cluster() {
        return cluster;
    }

    /* The answer, or that of the shards to which the items have moved. */
    private <T> CompletableFuture<T> following(
            ServiceRef asked,
            ShardLayout at,
            int movesLeft,
            CompletableFuture<T> answer,
            Function<ShardLayout, CompletableFuture<T>> again) {
        return answer.handle((value, failed) -> Optional.ofNullable(failed))
                .thenCompose(
                        failed ->
                                failed.filter(ItemShards::isRefused).isEmpty() || movesLeft == 0
                                        ? answer
                                        : successorOf(asked, at)
                                                .thenCompose(
                                                        next -> next.map(again).orElse(answer)));
    }

    private static boolean isRefused(Throwable failed) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        return cause instanceof CallException typed && typed.failure() == Failure.REFUSED;
    }

    /// Asks a shard that refused whether its items have moved, and goes there from now on.
    private CompletableFuture<Optional<ShardLayout>> successorOf(ServiceRef shard, ShardLayout at) {
        return cluster.call(
                        shard,
                        Request.of(ItemShardProtocol.PHASE, ItemShardProtocol.NOTHING)
                                .within(PHASE_LIMIT)
                                .retried())
                .handle((answer, failed) -> Optional.ofNullable(answer))
                .thenApply(
                        answer ->
                                answer.map(ShardPhase.CODEC::decode)
                                        .filter(ShardPhase::isRetired)
                                        .flatMap(ShardPhase::successor)
                                        .map(next -> moveTo(at, next)));
    }

    private synchronized ShardLayout moveTo(ShardLayout before, ShardLayout next) {
        if (layout.equals(before)) {
            layout = next;
        }
        return layout;
    }

    private CompletableFuture<byte[]> call(ServiceRef shard, int op, byte[] body, Duration limit) {
        return cluster.call(shard, Request.of(op, body).within(limit).retried());
    }

    private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }
}
