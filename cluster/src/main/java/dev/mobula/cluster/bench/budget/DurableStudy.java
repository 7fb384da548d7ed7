package dev.mobula.cluster.bench.budget;

import dev.mobula.actors.ledger.LedgerStore;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/// Reservations on disk, so many under way at once, each answered after its sync.
final class DurableStudy {
    private static final int IN_FLIGHT = 256;
    private static final double P99_MILLIS_MAX = 10;
    private static final double PER_SECOND_MIN = 20_000;
    private static final String TENANT = "bench";

    private DurableStudy() {}

    static void run(Report report, BenchContext context) throws IOException, InterruptedException {
        Files.createDirectories(context.prepared());
        Path folder = Files.createTempDirectory(context.prepared(), "ledger");
        try (LedgerStore store =
                LedgerStore.open(
                        StoreOptions.at(folder), 1, () -> {}, LedgerStore.Clocks.MACHINE)) {
            store.apply(new Command.PutPolicy(TENANT, BudgetPolicy.ofDailyCap(3, ZoneOffset.UTC)))
                    .join();
            int warmUp = context.quick() ? 20_000 : 100_000;
            int measured = context.quick() ? 60_000 : 500_000;
            reserve(store, 0, warmUp);
            long start = System.nanoTime();
            long[] nanos = reserve(store, warmUp, measured);
            double perSecond = measured / ((System.nanoTime() - start) / 1e9);
            Arrays.sort(nanos);
            double p50 = nanos[nanos.length / 2] / 1e6;
            double p99 = nanos[(int) (nanos.length * 0.99)] / 1e6;
            report.table(
                            "durable reservations, " + IN_FLIGHT + " in flight",
                            Table.of("reservations", "per second", "p50 ms", "p99 ms")
                                    .row(measured, Math.round(perSecond), p50, p99))
                    .figure("durable_reserves_per_second", perSecond)
                    .figure("durable_reserve_millis_p50", p50)
                    .figure("durable_reserve_millis_p99", p99)
                    .check(Check.atMost("a durable reserve, p99", p99, "ms", P99_MILLIS_MAX))
                    .check(
                            Check.atLeast(
                                    "durable reserves a second", perSecond, "/s", PER_SECOND_MIN));
        } finally {
            delete(folder);
        }
    }

    private static long[] reserve(LedgerStore store, int first, int count)
            throws InterruptedException {
        long[] nanos = new long[count];
        Semaphore free = new Semaphore(IN_FLIGHT);
        long expires = System.currentTimeMillis() + Duration.ofHours(6).toMillis();
        for (int i = 0; i < count; i++) {
            free.acquire();
            int at = i;
            long user = (long) first + i;
            long start = System.nanoTime();
            var _ =
                    store.apply(
                                    Command.Reserve.of(
                                            new UserKey(TENANT, user),
                                            Channel.PUSH,
                                            "like",
                                            expires,
                                            "key-" + user))
                            .whenComplete(
                                    (outcome, failure) -> {
                                        nanos[at] = System.nanoTime() - start;
                                        free.release();
                                    });
        }
        free.acquire(IN_FLIGHT);
        return nanos;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
