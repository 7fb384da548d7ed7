package dev.mobula.actors.users;

import dev.mobula.actors.codec.MessageReader;
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
import dev.mobula.retrieval.store.StoreOptions;
import dev.mobula.retrieval.store.UserStore;
import dev.mobula.retrieval.store.UserWrite;
import java.util.ArrayList;
import java.util.List;

/// One shard of the users: their edges and counters, in a store on disk.
///
/// A write is answered once it is on disk and still owned; every later read sees it.
public final class UserShardService implements Service {
    private static final int USERS_MAX = 1_000;
    private static final int CHANGES_MAX = 4_096;
    private static final int EDGES_MAX = 20_000;
    private static final long TARGETS_MAX = 2_000_000;

    private final StateDirectory state;
    private final UserStore store;

    private UserShardService(StateDirectory state) {
        this.state = state;
        store = UserStore.open(StoreOptions.at(state.path().resolve("users")));
    }

    /// Starts a shard; it takes no settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new UserShardService(context.state());
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
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        } catch (RetrievalException failed) {
            throw RetrievalFailures.typed(failed);
        }
    }

    @Override
    public void callAll(int op, Batch batch) {
        if (op == UserShardProtocol.WRITE) {
            GroupCommit.answer(
                    batch,
                    state,
                    request -> store.submit(UserShardProtocol.WRITES.decode(request)),
                    position -> {});
        } else {
            Service.super.callAll(op, batch);
        }
    }

    private byte[] targets(byte[] request) {
        UserShardProtocol.Targets asked = UserShardProtocol.Targets.CODEC.decode(request);
        requireFew(asked.users());
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
        requireFew(asked.users());
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

    private static void requireFew(long[] users) {
        if (users.length > USERS_MAX) {
            throw RetrievalException.invalid("users", users.length, "must be at most " + USERS_MAX);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
