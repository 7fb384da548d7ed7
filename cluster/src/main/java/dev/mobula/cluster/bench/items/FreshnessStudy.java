package dev.mobula.cluster.bench.items;

import dev.mobula.actors.items.FoundItems;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.bench.runtime.Latencies;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.store.Item;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// How long after it was sent a new item is found, and whether a deleted one ever is.
final class FreshnessStudy {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final double FOUND_MILLIS_MAX = 1_000;
    private static final double FOUND_MILLIS_TARGET = 50;

    private final ItemShards items;
    private final int firstId;
    private final int writes;

    FreshnessStudy(ItemShards items, int firstId, int writes) {
        this.items = items;
        this.firstId = firstId;
        this.writes = writes;
    }

    void run(BenchContext context, Report report) {
        SplittableRandom random = new SplittableRandom(2);
        Latencies acknowledged = new Latencies();
        Latencies found = new Latencies();
        long deletions = 0;
        long goneForGood = 0;
        long foundAtOnce = 0;
        try (Progress progress = context.progress("freshness", writes)) {
            for (int i = 0; i < writes; i++) {
                Item item = ItemsBench.item((long) firstId + i, random);
                long start = System.nanoTime();
                items.put(List.of(item)).join();
                acknowledged.add(System.nanoTime() - start);
                foundAtOnce += isFound(item) ? 1 : 0;
                found.add(System.nanoTime() - start);
                if (i % 2 == 0) {
                    items.delete(item.id()).join();
                    deletions++;
                    goneForGood += isFound(item) ? 0 : 1;
                }
                progress.step(1);
            }
        }
        double p50 = found.p50() / 1e3;
        double p99 = found.p99() / 1e3;
        report.table(
                        "one writer, from sending an item, milliseconds",
                        Table.of("", "p50", "p99")
                                .row(
                                        "acknowledged, on disk",
                                        acknowledged.p50() / 1e3,
                                        acknowledged.p99() / 1e3)
                                .row("found by a search", p50, p99))
                .figure("found_millis", Map.of("p50", p50, "p99", p99))
                .check(Check.all("found by the first search after it", foundAtOnce, writes))
                .check(Check.all("deleted, never found again", goneForGood, deletions))
                .check(Check.atMost("a new item is found, p99", p99, "ms", FOUND_MILLIS_MAX))
                .check(Check.atMost("a new item is found, p50", p50, "ms", FOUND_MILLIS_TARGET));
    }

    private boolean isFound(Item item) {
        FoundItems found = items.search(item.embedding(), 10, 100, LIMIT).join();
        return Arrays.stream(found.hits().ids()).anyMatch(id -> id == item.id());
    }
}
