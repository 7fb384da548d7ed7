package dev.mobula.actors.users;

import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/// All users, as callers see them: hashed over shards that own their follows, blocks, mutes, hides and counters.
///
/// What is asked of many users at once is one call to each of their shards.
public final class UserShards {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);
    private static final int SERVICE_THREADS = 2;

    private final Cluster cluster;
    private final ShardLayout layout;

    /// The users of shards that run already.
    public UserShards(Cluster cluster, ShardLayout layout) {
        this.cluster = cluster;
        this.layout = layout;
    }

    /// Starts that many shards, named `NAME-0`, `NAME-1` and so on.
    public static UserShards spawn(Cluster cluster, String name, int count) {
        ShardLayout layout = new ShardLayout(name, count);
        for (ServiceRef shard : layout.shards()) {
            cluster.spawn(
                    ServiceSpec.named(shard.name(), UserShardService.Factory.class)
                            .state(StateKind.LOCAL)
                            .threads(SERVICE_THREADS)
                            .limits(MailboxLimits.standard())
                            .build());
        }
        return new UserShards(cluster, layout);
    }

    /// Completes when every owner has its share on disk; a user's writes are stored whole or not at all.
    ///
    /// A counter that is added to is not repeated when it is unknown whether the first try succeeded: such a call fails,
    /// and whoever asked decides. Edges, which may be drawn twice without harm, are tried again.
    public CompletableFuture<Void> write(List<UserWrite> writes) {
        List<CompletableFuture<byte[]>> parts = new ArrayList<>();
        layout.byOwner(writes, UserWrite::user)
                .forEach((owner, owned) -> parts.add(cluster.call(owner, request(owned))));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    private static Request request(List<UserWrite> writes) {
        Request request =
                Request.of(UserShardProtocol.WRITE, UserShardProtocol.WRITES.encode(writes))
                        .within(WRITE_LIMIT);
        return writes.stream().anyMatch(UserWrite.Count.class::isInstance)
                ? request
                : request.retried();
    }

    /// Where the edges of one kind end, by user; fails when an owner does not answer.
    public CompletableFuture<Map<Long, long[]>> targets(
            List<Long> users, EdgeKind kind, Duration limit) {
        return ask(
                users,
                UserShardProtocol.TARGETS,
                owned ->
                        UserShardProtocol.Targets.CODEC.encode(
                                new UserShardProtocol.Targets(owned, kind)),
                limit);
    }

    /// The values of these counters, by user, in the order of their names; fails when an owner does not answer.
    public CompletableFuture<Map<Long, long[]>> counters(
            List<Long> users, List<String> names, Duration limit) {
        return ask(
                users,
                UserShardProtocol.COUNTERS,
                owned ->
                        UserShardProtocol.Counters.CODEC.encode(
                                new UserShardProtocol.Counters(owned, names)),
                limit);
    }

    private CompletableFuture<Map<Long, long[]>> ask(
            List<Long> users, int op, Function<long[], byte[]> message, Duration limit) {
        Map<Long, long[]> rows = new HashMap<>();
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        layout.byOwner(users, Long::longValue)
                .forEach(
                        (owner, owned) -> {
                            long[] ids = owned.stream().mapToLong(Long::longValue).toArray();
                            Request request =
                                    Request.of(op, message.apply(ids)).within(limit).retried();
                            parts.add(
                                    cluster.call(owner, request)
                                            .thenApply(UserShardProtocol.ROWS::decode)
                                            .thenAccept(found -> put(rows, ids, found)));
                        });
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> rows);
    }

    private static void put(Map<Long, long[]> rows, long[] ids, List<long[]> found) {
        synchronized (rows) {
            for (int i = 0; i < ids.length; i++) {
                rows.put(ids[i], found.get(i));
            }
        }
    }

    /// Shows every edge of one kind, shard by shard and page by page, each as the write that would draw it.
    public void edges(EdgeKind kind, Duration limit, Consumer<UserWrite.Connect> visitor) {
        for (ServiceRef shard : layout.shards()) {
            UserShardProtocol.Page from =
                    new UserShardProtocol.Page(kind, Long.MIN_VALUE, Long.MIN_VALUE);
            boolean more = true;
            while (more) {
                byte[] message = UserShardProtocol.Page.CODEC.encode(from);
                Request request = Request.of(UserShardProtocol.PAGE, message).within(limit);
                List<UserWrite> page =
                        UserShardProtocol.WRITES.decode(
                                Answers.await(cluster.call(shard, request.retried())));
                more = false;
                for (UserWrite row : page) {
                    if (row instanceof UserWrite.Connect edge) {
                        visitor.accept(edge);
                        more = edge.target() != Long.MAX_VALUE;
                        from = new UserShardProtocol.Page(kind, edge.user(), edge.target() + 1);
                    }
                }
            }
        }
    }

    /// What was written to one shard after a position, for whoever derives something from it.
    public CompletableFuture<Changes<UserChange>> changesSince(
            ServiceRef shard, long position, Duration limit) {
        byte[] message = new MessageWriter().writeLong(position).toBytes();
        return cluster.call(
                        shard,
                        Request.of(UserShardProtocol.CHANGES, message).within(limit).retried())
                .thenApply(UserShardProtocol.CHANGE_PAGE::decode);
    }

    /// The shards, in the order of their numbers.
    public List<ServiceRef> shards() {
        return layout.shards();
    }
}
