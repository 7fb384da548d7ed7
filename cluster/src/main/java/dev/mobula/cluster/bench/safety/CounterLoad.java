package dev.mobula.cluster.bench.safety;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.safety.counters.Hit;
import dev.mobula.actors.safety.counters.KeyCounters;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/// Counters that are on disk before they are acknowledged, as many as two shards take.
final class CounterLoad {
    private static final double UPDATES_PER_SECOND_MIN = 50_000;
    private static final int SHARDS = 2;
    private static final int HITS = 2_000;
    private static final int UNDER_WAY = 8;
    private static final int KEYS = 20_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private CounterLoad() {}

    static void run(Report report, Path folder, int calls) throws IOException {
        Path state = Files.createTempDirectory(Files.createDirectories(folder), "counters");
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            KeyCounters counters = KeyCounters.spawn(cluster, "counters", SHARDS);
            updates(counters, calls / 4);
            double rate = updates(counters, calls);
            report.table(
                    "durable counters, " + SHARDS + " shards, " + KEYS + " keys",
                    Table.of("updates/s", "updates a call").row(rate, HITS));
            report.check(
                    Check.atLeast("durable counter updates", rate, "/s", UPDATES_PER_SECOND_MIN));
        } finally {
            Folders.delete(state);
        }
    }

    private static double updates(KeyCounters counters, int calls) {
        SplittableRandom random = new SplittableRandom(calls);
        Deque<CompletableFuture<double[]>> under = new ArrayDeque<>();
        long start = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            List<Hit> hits = new ArrayList<>(HITS);
            for (int i = 0; i < HITS; i++) {
                String key = "a" + random.nextInt(KEYS);
                long at = 1_700_000_000_000L + call * 50L;
                hits.add(
                        i % 10 == 0
                                ? Hit.of("d", key, 3_600_000, at, true, random.nextInt(100))
                                : Hit.of("c" + i % 3, key, 3_600_000, at));
            }
            under.add(counters.hit(hits, LIMIT));
            if (under.size() == UNDER_WAY) {
                under.remove().join();
            }
        }
        under.forEach(CompletableFuture::join);
        return (double) calls * HITS / ((System.nanoTime() - start) / 1e9);
    }
}
