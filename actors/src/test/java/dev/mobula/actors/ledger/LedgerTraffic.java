package dev.mobula.actors.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Limit;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/// A process that reserves, begins and commits on a ledger as fast as it can and says every answer it got, until it is
/// killed.
final class LedgerTraffic {
    static final int WRITERS = 8;
    static final int USERS = 40;
    static final int CAP = 6;
    static final String TENANT = "acme";

    private LedgerTraffic() {}

    static BudgetPolicy policy() {
        return new BudgetPolicy(
                1,
                0,
                false,
                List.of(Limit.perDay(CAP)),
                0,
                0,
                CAP,
                0,
                Set.of(),
                List.of(),
                ZoneOffset.UTC,
                List.of());
    }

    static LedgerStore open(Path directory) {
        return LedgerStore.open(
                StoreOptions.at(directory), 1, () -> {}, LedgerStore.Clocks.MACHINE);
    }

    static Command.Reserve request(long user, String key) {
        return Command.Reserve.of(
                new UserKey(TENANT, user),
                Channel.PUSH,
                "like",
                System.currentTimeMillis() + Duration.ofHours(1).toMillis(),
                key);
    }

    /// Arguments: the folder of the ledger, a prefix for keys.
    public static void main(String[] args) throws InterruptedException {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        try (LedgerStore store = open(Path.of(args[0]))) {
            store.apply(new Command.PutPolicy(TENANT, policy())).join();
            Thread[] writers = new Thread[WRITERS];
            for (int w = 0; w < WRITERS; w++) {
                String prefix = args[1] + "-" + w + "-";
                writers[w] = new Thread(() -> sendForever(store, out, prefix));
                writers[w].start();
            }
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private static void sendForever(LedgerStore store, FileOutputStream out, String prefix) {
        try {
            for (int i = 0; ; i++) {
                Reply reply = store.apply(request(i % USERS, prefix + i)).join().reply();
                if (reply instanceof Reply.Granted granted) {
                    say(out, "RESERVED " + granted.id());
                    store.apply(new Command.BeginSend(granted.id(), granted.fence())).join();
                    say(out, "SENDING " + granted.id());
                    store.apply(new Command.Commit(granted.id(), "p")).join();
                    say(out, "COMMITTED " + granted.id());
                } else {
                    say(out, "denied " + prefix + i);
                }
            }
        } catch (RetrievalException refused) {
            say(out, "refused " + refused.code());
        }
    }

    /// One write to the pipe, so that a kill never leaves half a line.
    private static void say(FileOutputStream out, String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
