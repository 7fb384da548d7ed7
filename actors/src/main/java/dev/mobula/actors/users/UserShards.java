package dev.mobula.actors.users;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/// All users, as callers see them: hashed over shards that own what each did and saw, edges, counters and preferences.
///
/// What is asked of many users at once is one call to each of their shards.
public final class UserShards {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);
    private static final int SERVICE_THREADS = 8;
    private static final int EVENTS_PER_CALL = 1_000;

    /// The most items of one check or page.
    public static final int ITEMS_MAX = 10_000;

    /// The author of an item that has none.
    public static final long NO_AUTHOR = Long.MIN_VALUE;

    private final Cluster cluster;
    private final ShardLayout layout;

    /// The users of shards that run already.
    public UserShards(Cluster cluster, ShardLayout layout) {
        this.cluster = cluster;
        this.layout = layout;
    }

    /// Starts that many shards, named `NAME-0`, `NAME-1` and so on.
    public static UserShards spawn(Cluster cluster, String name, int count) {
        return spawn(cluster, name, count, UserShardSettings.standard());
    }

    /// The same with these kinds of events and limits.
    public static UserShards spawn(
            Cluster cluster, String name, int count, UserShardSettings settings) {
        ShardLayout layout = new ShardLayout(name, count);
        for (ServiceRef shard : layout.shards()) {
            cluster.spawn(
                    ServiceSpec.named(shard.name(), UserShardService.Factory.class)
                            .settings(UserShardSettings.CODEC.encode(settings))
                            .state(StateKind.LOCAL)
                            .threads(SERVICE_THREADS)
                            .limits(MailboxLimits.standard())
                            .build());
        }
        return new UserShards(cluster, layout);
    }

    /// Records events at the owners of their users: an outcome for each, in their order. Events of an owner that does not
    /// answer are `UNAVAILABLE`, all others have theirs.
    public CompletableFuture<List<EventOutcome>> record(List<UserEvent> events) {
        return record(events, WRITE_LIMIT);
    }

    /// The same within a time.
    public CompletableFuture<List<EventOutcome>> record(List<UserEvent> events, Duration limit) {
        EventOutcome[] outcomes = new EventOutcome[events.size()];
        List<Integer> all = IntStream.range(0, events.size()).boxed().toList();
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        layout.byOwner(all, index -> events.get(index).user())
                .forEach(
                        (owner, owned) -> {
                            for (int from = 0; from < owned.size(); from += EVENTS_PER_CALL) {
                                int to = Math.min(owned.size(), from + EVENTS_PER_CALL);
                                parts.add(
                                        record(
                                                owner,
                                                owned.subList(from, to),
                                                events,
                                                outcomes,
                                                limit));
                            }
                        });
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> List.of(outcomes));
    }

    private CompletableFuture<Void> record(
            ServiceRef owner,
            List<Integer> indexes,
            List<UserEvent> events,
            EventOutcome[] outcomes,
            Duration limit) {
        List<UserEvent> some = indexes.stream().map(events::get).toList();
        Request request =
                Request.of(UserShardProtocol.RECORD, UserStateMessages.EVENTS.encode(some))
                        .within(limit)
                        .retried();
        return cluster.call(owner, request)
                .handle(
                        (reply, failed) -> {
                            List<EventOutcome> found =
                                    failed == null
                                            ? UserStateMessages.OUTCOMES.decode(reply)
                                            : Collections.nCopies(some.size(), lost(failed));
                            for (int i = 0; i < some.size(); i++) {
                                outcomes[indexes.get(i)] = found.get(i);
                            }
                            return null;
                        });
    }

    private static EventOutcome lost(Throwable failed) {
        Throwable inner = failed.getCause();
        Throwable cause = failed instanceof CompletionException && inner != null ? inner : failed;
        String why = String.valueOf(cause.getMessage());
        return cause instanceof CallException typed && typed.failure() == Failure.REFUSED
                ? new EventOutcome(EventOutcome.Status.REFUSED, "events", why)
                : EventOutcome.unavailable(why);
    }

    /// What is known of a user. One of whom nothing is known has an empty view.
    public CompletableFuture<UserView> view(long user, Duration limit) {
        byte[] message = new MessageWriter(Long.BYTES).writeLong(user).toBytes();
        Request request = Request.of(UserShardProtocol.VIEW, message).within(limit).retried();
        return cluster.call(layout.owner(user), request).thenApply(UserStateMessages.VIEW::decode);
    }

    /// Which of these items may be shown to the user. When it fails, nothing is confirmed.
    ///
    /// @param authors the author of each item, [#NO_AUTHOR] where there is none
    public CompletableFuture<Verdicts> check(
            long user, long[] items, long[] authors, Optional<String> session, Duration limit) {
        byte[] message =
                UserStateMessages.Check.CODEC.encode(
                        new UserStateMessages.Check(user, items, authors, session));
        Request request = Request.of(UserShardProtocol.CHECK, message).within(limit).retried();
        return cluster.call(layout.owner(user), request)
                .thenApply(UserStateMessages.VERDICT_LIST::decode);
    }

    /// Notes what a page of a cursor session showed; complete when it is on disk. Refused once the session has served
    /// its limit: then a new one is begun.
    public CompletableFuture<Void> served(long user, String session, long[] items, Duration limit) {
        byte[] message =
                UserStateMessages.Served.CODEC.encode(
                        new UserStateMessages.Served(user, session, items));
        Request request = Request.of(UserShardProtocol.SERVED, message).within(limit).retried();
        return cluster.call(layout.owner(user), request).thenAccept(stored -> {});
    }

    /// Replaces the user's preferences.
    public CompletableFuture<Void> prefer(long user, Preferences preferences) {
        return write(List.of(new UserWrite.Prefer(user, preferences)));
    }

    /// Removes everything kept of a user. Events of before are refused from then on, and whoever follows the shard's
    /// stream removes what it derived when it comes to the position given.
    public CompletableFuture<Erasure> forget(long user) {
        ServiceRef owner = layout.owner(user);
        List<UserWrite> forget = List.of(new UserWrite.Forget(user));
        return targets(List.of(user), EdgeKind.BLOCK, WRITE_LIMIT)
                .thenCompose(
                        blocked ->
                                cluster.call(owner, request(forget))
                                        .thenApply(UserShards::position)
                                        .thenCompose(
                                                at ->
                                                        tell(unblocked(user, blocked, at))
                                                                .thenApply(told -> at)))
                .thenApply(position -> new Erasure(owner.name(), position));
    }

    private static List<UserWrite> unblocked(long user, Map<Long, long[]> blocked, long position) {
        List<UserWrite> told = new ArrayList<>();
        for (long target : blocked.getOrDefault(user, new long[0])) {
            told.add(new UserWrite.BlockedBy(target, user, position, false));
        }
        return told;
    }

    private static long position(byte[] reply) {
        return new MessageReader(reply).readLong();
    }

    /// Completes when every owner has its share on disk; a user's writes are stored whole or not at all. A block is
    /// complete when the blocked user's owner knows of it too.
    ///
    /// A counter that is added to is not repeated when it is unknown whether the first try succeeded: such a call fails,
    /// and whoever asked decides. Edges, which may be drawn twice without harm, are tried again.
    public CompletableFuture<Void> write(List<UserWrite> writes) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        layout.byOwner(writes, UserWrite::user)
                .forEach(
                        (owner, owned) ->
                                parts.add(
                                        cluster.call(owner, request(owned))
                                                .thenApply(UserShards::position)
                                                .thenCompose(at -> tell(mirrored(owned, at)))));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }

    /// What the blocked users' owners are told of these writes, which got positions up to this one.
    private static List<UserWrite> mirrored(List<UserWrite> writes, long position) {
        List<UserWrite> told = new ArrayList<>();
        for (UserWrite write : writes) {
            Optional<UserWrite.BlockedBy> one = mirrored(write, position);
            one.ifPresent(told::add);
        }
        return told;
    }

    /// What the blocked user's owner is to know of a write at a position, where it is one about a block.
    public static Optional<UserWrite.BlockedBy> mirrored(UserWrite write, long position) {
        if (write instanceof UserWrite.Connect connect && connect.kind() == EdgeKind.BLOCK) {
            return Optional.of(
                    new UserWrite.BlockedBy(connect.target(), connect.user(), position, true));
        }
        if (write instanceof UserWrite.Disconnect taken && taken.kind() == EdgeKind.BLOCK) {
            return Optional.of(
                    new UserWrite.BlockedBy(taken.target(), taken.user(), position, false));
        }
        return Optional.empty();
    }

    private CompletableFuture<Void> tell(List<UserWrite> told) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int from = 0; from < told.size(); from += EVENTS_PER_CALL) {
            parts.add(write(told.subList(from, Math.min(told.size(), from + EVENTS_PER_CALL))));
        }
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

    /// The labels of these accounts that hold now, by account; fails when an owner does not answer.
    public CompletableFuture<Map<Long, List<AccountLabel>>> labels(
            List<Long> accounts, Duration limit) {
        return ask(
                accounts,
                UserShardProtocol.LABELS,
                owned -> new MessageWriter().writeLongs(owned).toBytes(),
                UserStateMessages.LABELS,
                limit);
    }

    private CompletableFuture<Map<Long, long[]>> ask(
            List<Long> users, int op, Function<long[], byte[]> message, Duration limit) {
        return ask(users, op, message, UserShardProtocol.ROWS, limit);
    }

    private <T> CompletableFuture<Map<Long, T>> ask(
            List<Long> users,
            int op,
            Function<long[], byte[]> message,
            Codec<List<T>> answer,
            Duration limit) {
        Map<Long, T> rows = new HashMap<>();
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        layout.byOwner(users, Long::longValue)
                .forEach(
                        (owner, owned) -> {
                            long[] ids = owned.stream().mapToLong(Long::longValue).toArray();
                            Request request =
                                    Request.of(op, message.apply(ids)).within(limit).retried();
                            parts.add(
                                    cluster.call(owner, request)
                                            .thenApply(answer::decode)
                                            .thenAccept(found -> put(rows, ids, found)));
                        });
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> rows);
    }

    private static <T> void put(Map<Long, T> rows, long[] ids, List<T> found) {
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

    /// Tells one shard durably that a reader of its changes needs nothing up to this position any more; the shard keeps all
    /// that follows. A position of `Long.MAX_VALUE` lets the reader go.
    public CompletableFuture<Void> confirm(
            ServiceRef shard, String reader, long position, Duration limit) {
        byte[] message =
                UserStateMessages.Confirmation.CODEC.encode(
                        new UserStateMessages.Confirmation(reader, position));
        return cluster.call(
                        shard,
                        Request.of(UserShardProtocol.CONFIRM, message).within(limit).retried())
                .thenAccept(stored -> {});
    }

    /// The shards, in the order of their numbers.
    public List<ServiceRef> shards() {
        return layout.shards();
    }
}
