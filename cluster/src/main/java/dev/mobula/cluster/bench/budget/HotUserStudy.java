package dev.mobula.cluster.bench.budget;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// One person asked for without pause, and what the others feel of it: alone and beside, in turns.
final class HotUserStudy {
    private static final String TENANT = "bench";
    private static final int CAP = 3;
    private static final int COOL = 3_000;
    private static final int COOL_QUICK = 600;
    private static final int ROUNDS = 5;
    private static final int PER_SLICE = 100;
    private static final long SLICE_NANOS = 1_000_000;
    private static final double TIMES_MAX = 2;

    private final Ledgers ledgers;
    private final AtomicLong users = new AtomicLong(1);
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong granted = new AtomicLong();
    private final AtomicLong overloaded = new AtomicLong();

    private HotUserStudy(Ledgers ledgers) {
        this.ledgers = ledgers;
    }

    static void run(Report report, BenchContext context) throws IOException, InterruptedException {
        Files.createDirectories(context.prepared());
        Path folder = Files.createTempDirectory(context.prepared(), "hot-user");
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder))) {
            Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
            ledgers.putPolicy(TENANT, OverSendStudy.policy(CAP));
            new HotUserStudy(ledgers).measure(report, context.quick() ? COOL_QUICK : COOL);
        } finally {
            Folders.delete(folder);
        }
    }

    private void measure(Report report, int cool) throws InterruptedException {
        ninetyNinth(cool);
        Table table =
                Table.of("round", "asked of one /s", "p99 ms alone", "p99 ms beside", "times");
        double perSecond = 0;
        double[] times = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double alone = ninetyNinth(cool);
            AtomicBoolean over = new AtomicBoolean();
            long before = asked.get();
            long start = System.nanoTime();
            Thread hot = Thread.ofPlatform().name("hot").start(() -> ask(over));
            double beside = ninetyNinth(cool);
            over.set(true);
            hot.join();
            double rate = (asked.get() - before) * 1e9 / (System.nanoTime() - start);
            perSecond += rate / ROUNDS;
            times[round] = beside / alone;
            table.row(round + 1, rate, alone, beside, times[round]);
        }
        Arrays.sort(times);
        report.table("others beside one hot person", table)
                .figure("hot_user_requests", asked.get())
                .figure("hot_user_requests_per_second", perSecond)
                .figure("hot_user_overloaded", overloaded.get())
                .figure("hot_user_others_p99_times", times[ROUNDS / 2])
                .check(
                        Check.atMost(
                                "others' p99 beside a hot person, median of rounds",
                                times[ROUNDS / 2],
                                "x",
                                TIMES_MAX))
                .check(Check.all("grants to the hot person", granted.get(), CAP));
    }

    private Command.Reserve request(long user, String key) {
        return Command.Reserve.of(
                new UserKey(TENANT, user),
                Channel.PUSH,
                "like",
                System.currentTimeMillis() + Duration.ofHours(6).toMillis(),
                key);
    }

    /// A hundred thousand requests a second; those that the ledger does not take of one person are refused at once.
    private void ask(AtomicBoolean over) {
        long start = System.nanoTime();
        for (long slice = 0; !over.get(); slice++) {
            for (int i = 0; i < PER_SLICE; i++) {
                askOnce();
            }
            long wait = start + (slice + 1) * SLICE_NANOS - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    private void askOnce() {
        var _ =
                ledgers.apply(request(0, "hot-" + asked.incrementAndGet()))
                        .whenComplete(
                                (outcome, failed) -> {
                                    if (failed != null) {
                                        overloaded.incrementAndGet();
                                    } else if (outcome.reply() instanceof Reply.Granted) {
                                        granted.incrementAndGet();
                                    }
                                });
    }

    private double ninetyNinth(int count) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long user = users.incrementAndGet();
            long start = System.nanoTime();
            ledgers.apply(request(user, "cool-" + user)).join();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[(int) (count * 0.99)] / 1e6;
    }
}
