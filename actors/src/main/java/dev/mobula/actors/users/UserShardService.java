package dev.mobula.actors.users;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.shards.GroupCommit;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.StoreOptions;
import dev.mobula.retrieval.store.UserStore;
import dev.mobula.retrieval.store.UserWrite;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/// One shard of the users: what they did and saw, their edges, counters and preferences, in a store on disk.
///
/// A write is answered once it is on disk and still owned; every later read sees it.
public final class UserShardService implements Service {
    private static final int USERS_MAX = 1_000;
    private static final int CHANGES_MAX = 4_096;
    private static final int EDGES_MAX = 20_000;
    private static final long TARGETS_MAX = 2_000_000;

    private final StateDirectory state;
    private final UserStore store;
    private final UserViews views;
    private final Retention retention;
    private final Map<EventOutcome.Status, Counter> outcomes =
            new EnumMap<>(EventOutcome.Status.class);

    private UserShardService(ServiceContext context, UserShardSettings settings) {
        state = context.state();
        store =
                UserStore.open(
                        StoreOptions.at(state.path().resolve("users")),
                        settings.kinds(),
                        settings.limits(),
                        InstantSource.system());
        views = new UserViews(store, settings.limits().historyMax());
        retention = new Retention(store, context);
        MeterRegistry meters = context.meters();
        for (EventOutcome.Status status : EventOutcome.Status.values()) {
            outcomes.put(
                    status,
                    Counter.builder("mobula.user.events")
                            .tag("service", context.name())
                            .tag("outcome", status.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    /// Starts a shard from encoded [UserShardSettings]; without any it takes the standard ones.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            byte[] settings = context.settings();
            return new UserShardService(
                    context,
                    settings.length == 0
                            ? UserShardSettings.standard()
                            : UserShardSettings.CODEC.decode(settings));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        try {
            return switch (op) {
                case UserShardProtocol.TARGETS -> targets(request);
                case UserShardProtocol.COUNTERS -> counters(request);
                case UserShardProtocol.CHANGES -> changes(request);
                case UserShardProtocol.PAGE -> page(request);
                case UserShardProtocol.VIEW -> view(request);
                case UserShardProtocol.CHECK -> check(request);
                case UserShardProtocol.LABELS -> labels(request);
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        } catch (RetrievalException failed) {
            throw RetrievalFailures.typed(failed);
        }
    }

    @Override
    public void callAll(int op, Batch batch) {
        switch (op) {
            case UserShardProtocol.WRITE -> GroupCommit.answerEach(batch, state, this::write);
            case UserShardProtocol.RECORD -> GroupCommit.answerEach(batch, state, this::record);
            case UserShardProtocol.SERVED -> GroupCommit.answerEach(batch, state, this::served);
            case UserShardProtocol.CONFIRM -> GroupCommit.answerEach(batch, state, this::confirm);
            default -> Service.super.callAll(op, batch);
        }
    }

    private CompletableFuture<byte[]> write(byte[] request) {
        List<UserWrite> writes = UserShardProtocol.WRITES.decode(request);
        boolean forgets = writes.stream().anyMatch(UserWrite.Forget.class::isInstance);
        return store.submit(writes)
                .thenApply(
                        position -> {
                            if (forgets) {
                                retention.runSoon();
                            }
                            return position(position);
                        });
    }

    private static byte[] position(long position) {
        return new MessageWriter(Long.BYTES).writeLong(position).toBytes();
    }

    private CompletableFuture<byte[]> record(byte[] request) {
        return store.record(UserStateMessages.EVENTS.decode(request))
                .thenApply(
                        recorded -> {
                            for (EventOutcome outcome : recorded) {
                                Counter counter = outcomes.get(outcome.status());
                                if (counter != null) {
                                    counter.increment();
                                }
                            }
                            return UserStateMessages.OUTCOMES.encode(recorded);
                        });
    }

    private CompletableFuture<byte[]> served(byte[] request) {
        UserStateMessages.Served served = UserStateMessages.Served.CODEC.decode(request);
        requireFew("items", served.items(), UserShards.ITEMS_MAX);
        return store.served(served.user(), served.session(), served.items())
                .thenApply(UserShardService::position);
    }

    private CompletableFuture<byte[]> confirm(byte[] request) {
        UserStateMessages.Confirmation read = UserStateMessages.Confirmation.CODEC.decode(request);
        return store.confirm(read.reader(), read.position()).thenApply(UserShardService::position);
    }

    private byte[] view(byte[] request) {
        MessageReader in = new MessageReader(request);
        long user = in.readLong();
        in.requireEnd();
        return UserStateMessages.VIEW.encode(views.of(user));
    }

    private byte[] check(byte[] request) {
        UserStateMessages.Check asked = UserStateMessages.Check.CODEC.decode(request);
        requireFew("items", asked.items(), UserShards.ITEMS_MAX);
        return UserStateMessages.VERDICT_LIST.encode(
                new Verdicts(
                        List.of(
                                store.check(
                                        asked.user(),
                                        asked.items(),
                                        asked.authors(),
                                        asked.session()))));
    }

    private byte[] labels(byte[] request) {
        MessageReader in = new MessageReader(request);
        long[] accounts = in.readLongs();
        in.requireEnd();
        requireFew("users", accounts, USERS_MAX);
        return UserStateMessages.LABELS.encode(
                LongStream.of(accounts).mapToObj(store::labels).toList());
    }

    private byte[] targets(byte[] request) {
        UserShardProtocol.Targets asked = UserShardProtocol.Targets.CODEC.decode(request);
        requireFew("users", asked.users(), USERS_MAX);
        List<long[]> rows = new ArrayList<>();
        long all = 0;
        for (long user : asked.users()) {
            long[] targets = store.targets(user, asked.kind());
            all += targets.length;
            if (all > TARGETS_MAX) {
                throw RetrievalException.invalid(
                        "users",
                        asked.users().length,
                        "have more than " + TARGETS_MAX + " edges together, ask for fewer");
            }
            rows.add(targets);
        }
        return UserShardProtocol.ROWS.encode(rows);
    }

    private byte[] counters(byte[] request) {
        UserShardProtocol.Counters asked = UserShardProtocol.Counters.CODEC.decode(request);
        requireFew("users", asked.users(), USERS_MAX);
        List<long[]> rows = new ArrayList<>();
        for (long user : asked.users()) {
            rows.add(asked.names().stream().mapToLong(name -> store.counter(user, name)).toArray());
        }
        return UserShardProtocol.ROWS.encode(rows);
    }

    private byte[] changes(byte[] request) {
        MessageReader in = new MessageReader(request);
        long position = in.readLong();
        in.requireEnd();
        return UserShardProtocol.CHANGE_PAGE.encode(store.changesSince(position, CHANGES_MAX));
    }

    private byte[] page(byte[] request) {
        UserShardProtocol.Page from = UserShardProtocol.Page.CODEC.decode(request);
        List<UserWrite> page =
                List.copyOf(store.page(from.kind(), from.fromUser(), from.fromTarget(), EDGES_MAX));
        return UserShardProtocol.WRITES.encode(page);
    }

    private static void requireFew(String what, long[] given, int max) {
        if (given.length > max) {
            throw RetrievalException.invalid(what, given.length, "must be at most " + max);
        }
    }

    @Override
    public void close() {
        retention.close();
        store.close();
    }
}
