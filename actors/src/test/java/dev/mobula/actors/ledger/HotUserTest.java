package dev.mobula.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.retrieval.store.StoreOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One person asked for all the time, beside others who are asked for now and then.
///
/// Waiting is counted in syncs of the disk, which is what an answer waits for; how long one takes is the machine's matter.
@Timeout(120)
final class HotUserTest {
    private static final int HOT = 20_000;
    private static final int HOT_IN_FLIGHT = 4;
    private static final int COOL = 300;

    @TempDir Path root;

    @Test
    void aHotUserGetsExactlyTheCapAndOthersWaitForLessThanTwiceAsManySyncs() throws Exception {
        AtomicLong syncs = new AtomicLong();
        try (LedgerStore store =
                LedgerStore.open(
                        StoreOptions.at(root),
                        1,
                        syncs::incrementAndGet,
                        LedgerStore.Clocks.MACHINE)) {
            store.apply(new Command.PutPolicy(LedgerTraffic.TENANT, LedgerTraffic.policy())).join();
            long alone = ninetyNinth(waits(store, syncs, "alone", new AtomicBoolean(true)));
            AtomicInteger granted = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            Thread hot = Thread.ofPlatform().name("hot").start(() -> ask(store, granted, over));
            long beside = ninetyNinth(waits(store, syncs, "beside", over));
            hot.join();
            assertThat(granted.get()).isEqualTo(LedgerTraffic.CAP);
            assertThat(alone).isGreaterThanOrEqualTo(1);
            assertThat(beside).as("syncs, %d alone", alone).isLessThanOrEqualTo(2 * alone);
        }
    }

    private static void ask(LedgerStore store, AtomicInteger granted, AtomicBoolean over) {
        Semaphore free = new Semaphore(HOT_IN_FLIGHT);
        for (int i = 0; i < HOT; i++) {
            free.acquireUninterruptibly();
            var _ =
                    store.apply(LedgerTraffic.request(7, "hot-" + i))
                            .whenComplete(
                                    (outcome, failed) -> {
                                        if (outcome != null
                                                && outcome.reply() instanceof Reply.Granted) {
                                            granted.incrementAndGet();
                                        }
                                        free.release();
                                    });
        }
        free.acquireUninterruptibly(HOT_IN_FLIGHT);
        over.set(true);
    }

    /// The syncs that ended between a request of one of the others and its answer, until it is over and at least so often.
    private static long[] waits(
            LedgerStore store, AtomicLong syncs, String key, AtomicBoolean over) {
        long[] waits = new long[COOL];
        int asked = 0;
        while (asked < COOL || !over.get()) {
            long before = syncs.get();
            waits[asked % COOL] =
                    store.apply(LedgerTraffic.request(1_000L + asked, key + asked))
                            .thenApply(answered -> syncs.get() - before)
                            .join();
            asked++;
        }
        return waits;
    }

    private static long ninetyNinth(long[] waits) {
        long[] sorted = waits.clone();
        Arrays.sort(sorted);
        return sorted[(int) (sorted.length * 0.99)];
    }
}
