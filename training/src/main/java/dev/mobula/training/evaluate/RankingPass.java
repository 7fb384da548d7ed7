package dev.mobula.training.evaluate;

import dev.mobula.training.metrics.RankingMetrics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/// Ranks and judges many cases on several threads; the result does not depend on their number.
final class RankingPass {
    private static final int CASES_PER_STEP = 64;

    private final ExecutorService executor;
    private final int threads;
    private final LongSupplier nanoClock;
    private final Progress progress;

    RankingPass(ExecutorService executor, int threads, LongSupplier nanoClock, Progress progress) {
        this.executor = executor;
        this.threads = threads;
        this.nanoClock = nanoClock;
        this.progress = progress;
    }

    /// A model with its name and the time it took to fit.
    record Named(String name, PersonModel model, double fitSeconds) {}

    RankingRow run(Named named, int count, IntFunction<RankingCase> cases, int k) {
        long start = nanoClock.getAsLong();
        RankingMetrics[] results = new RankingMetrics[count];
        BitSet recommended = judgeAll(named, cases, results, k);
        double coverage = (double) recommended.cardinality() / Math.max(1, named.model().items());
        return row(named, k, results, coverage, (nanoClock.getAsLong() - start) / 1e9);
    }

    private BitSet judgeAll(
            Named named, IntFunction<RankingCase> cases, RankingMetrics[] results, int k) {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Future<BitSet>> parts = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            parts.add(
                    executor.submit(
                            () -> {
                                Ranker ranker = new Ranker(named.model(), k);
                                for (int from = next.getAndAdd(CASES_PER_STEP);
                                        from < results.length;
                                        from = next.getAndAdd(CASES_PER_STEP)) {
                                    int to = Math.min(results.length, from + CASES_PER_STEP);
                                    for (int i = from; i < to; i++) {
                                        results[i] = ranker.judge(cases.apply(i));
                                    }
                                    progress.step(
                                            named.name() + " rank",
                                            done.addAndGet(to - from),
                                            results.length);
                                }
                                return ranker.recommended();
                            }));
        }
        BitSet recommended = new BitSet();
        parts.forEach(part -> recommended.or(InteractionEvaluation.await(part)));
        return recommended;
    }

    private static RankingRow row(
            Named named, int k, RankingMetrics[] results, double coverage, double scoreSeconds) {
        double recall = 0;
        double ndcg = 0;
        double map = 0;
        double precision = 0;
        for (RankingMetrics result : results) {
            recall += result.recall();
            ndcg += result.ndcg();
            map += result.averagePrecision();
            precision += result.precision();
        }
        int users = Math.max(1, results.length);
        return new RankingRow(
                named.name(),
                k,
                recall / users,
                ndcg / users,
                map / users,
                precision / users,
                coverage,
                results.length,
                named.fitSeconds(),
                scoreSeconds);
    }
}
