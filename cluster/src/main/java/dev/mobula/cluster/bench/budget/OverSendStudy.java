package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.InMemoryLedger;
import dev.mobula.ranking.notify.ledger.Limit;
import dev.mobula.ranking.notify.ledger.Moment;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.UserKey;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Schedulers that retry, crash between any two steps, forget and come late, against a provider that counts what it was
/// told to send to each person on each day.
final class OverSendStudy {
    private static final String TENANT = "bench";
    private static final int CAP = 3;
    private static final int THREADS = 4;
    private static final int USERS = 5_000;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long START = 20_600 * DAY;
    private static final int SWEEP_EVERY = 64;
    private static final int SWEEP_ROWS = 512;

    private final long operations;
    private final InMemoryLedger ledger = new InMemoryLedger();
    private final AtomicLong time = new AtomicLong(START);
    private final AtomicLong done = new AtomicLong();
    private final LongAdder sent = new LongAdder();
    private final Map<Long, Integer> provider = new ConcurrentHashMap<>();

    private OverSendStudy(long operations) {
        this.operations = operations;
    }

    static void run(Report report, BenchContext context) throws InterruptedException {
        OverSendStudy study = new OverSendStudy(context.quick() ? 200_000 : 10_000_000);
        long start = System.nanoTime();
        study.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        long over = study.provider.values().stream().filter(count -> count > CAP).count();
        report.table(
                        "random traffic on the in-memory ledger, " + THREADS + " threads",
                        Table.of("operations", "sent", "person-days", "over the cap", "ops/s")
                                .row(
                                        study.done.get(),
                                        study.sent.sum(),
                                        study.provider.size(),
                                        over,
                                        Math.round(study.done.get() / seconds)))
                .figure("ledger_operations", study.done.get())
                .figure("ledger_operations_per_second", study.done.get() / seconds)
                .check(
                        Check.all(
                                "person-days within the cap",
                                study.provider.size() - over,
                                study.provider.size()));
    }

    /// So many messages a day, and nothing else.
    static BudgetPolicy policy(int cap) {
        return new BudgetPolicy(
                1,
                0,
                false,
                List.of(Limit.perDay(cap)),
                0,
                0,
                cap,
                0,
                Set.of(),
                List.of(),
                ZoneOffset.UTC,
                List.of());
    }

    private void run() throws InterruptedException {
        apply(new Command.PutPolicy(TENANT, policy(CAP)));
        Thread[] threads = new Thread[THREADS];
        for (int t = 0; t < THREADS; t++) {
            SplittableRandom random = new SplittableRandom(t);
            String prefix = t + "-";
            threads[t] =
                    Thread.ofPlatform().name("scheduler-" + t).start(() -> send(random, prefix));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private Reply apply(Command command) {
        done.incrementAndGet();
        return ledger.apply(command, Moment.at(time.get())).reply();
    }

    private void send(SplittableRandom random, String prefix) {
        for (int i = 0; done.get() < operations; i++) {
            time.addAndGet(random.nextLong(4_000));
            long user = random.nextInt(10) == 0 ? 0 : random.nextLong(USERS);
            Command.Reserve request =
                    Command.Reserve.of(
                            new UserKey(TENANT, user),
                            Channel.PUSH,
                            "like",
                            time.get() + DAY,
                            prefix + i);
            Reply reply = apply(request);
            if (random.nextInt(4) == 0) {
                reply = apply(request);
            }
            if (reply instanceof Reply.Granted granted && random.nextInt(8) > 0) {
                deliver(granted, user, random);
            }
            if (i % SWEEP_EVERY == 0) {
                apply(new Command.Sweep(SWEEP_ROWS));
            }
        }
    }

    /// Stops after any step, as a scheduler that crashes does.
    private void deliver(Reply.Granted granted, long user, SplittableRandom random) {
        Reply begun = apply(new Command.BeginSend(granted.id(), granted.fence()));
        if (!(begun instanceof Reply.Standing standing)) {
            return;
        }
        if (random.nextInt(20) == 0) {
            apply(new Command.Release(granted.id(), Command.Proof.PROVIDER_REJECTED));
            return;
        }
        long begunAt = standing.expiresAtMillis() - Command.TTL_MILLIS_MAX;
        provider.merge(begunAt / DAY * USERS + user, 1, Integer::sum);
        sent.increment();
        if (random.nextInt(8) > 0) {
            apply(new Command.Commit(granted.id(), "p"));
        }
    }
}
