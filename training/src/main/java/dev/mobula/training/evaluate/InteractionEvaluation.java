package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Split;
import dev.mobula.training.metrics.RankingMetrics;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Ranks all items for every test user and judges the first k.
///
/// Users without a training item or without a test item are left out. The result does not depend on the number of
/// threads.
public final class InteractionEvaluation {
    private static final int USERS_PER_STEP = 64;

    private final ExecutorService executor;
    private final int threads;
    private final LongSupplier nanoClock;
    private final Progress progress;

    public InteractionEvaluation(
            ExecutorService executor, int threads, LongSupplier nanoClock, Progress progress) {
        if (threads < 1) {
            throw TrainingException.invalid("threads", threads, "must be at least 1");
        }
        this.executor = executor;
        this.threads = threads;
        this.nanoClock = nanoClock;
        this.progress = progress;
    }

    /// A model that was fitted, and how long that took.
    record Fitted(ModelName name, HistoryModel model, double seconds) {}

    /// Fits the model on the split's training part and judges it on its test part.
    public RankingRow run(ModelName name, Split split, int k) {
        return judge(fit(name, split.train()), split, k, false);
    }

    Fitted fit(ModelName name, InteractionMatrix train) {
        long start = nanoClock.getAsLong();
        progress.step(name + " fit", 0, 1);
        HistoryModel model = name.fit(train);
        progress.step(name + " fit", 1, 1);
        return new Fitted(name, model, (nanoClock.getAsLong() - start) / 1e9);
    }

    RankingRow judge(Fitted fitted, Split split, int k, boolean leaveSelfOut) {
        long start = nanoClock.getAsLong();
        int[] users = judged(split);
        RankingMetrics[] results = new RankingMetrics[users.length];
        BitSet recommended = judgeAll(fitted, split, k, users, results, leaveSelfOut);
        double coverage = (double) recommended.cardinality() / Math.max(1, fitted.model().items());
        return row(fitted, k, results, coverage, (nanoClock.getAsLong() - start) / 1e9);
    }

    private static int[] judged(Split split) {
        return IntStream.range(0, split.train().users())
                .filter(user -> split.train().degreeOfUser(user) > 0)
                .filter(user -> split.test().degreeOfUser(user) > 0)
                .toArray();
    }

    private BitSet judgeAll(
            Fitted fitted,
            Split split,
            int k,
            int[] users,
            RankingMetrics[] results,
            boolean leaveSelfOut) {
        InteractionMatrix test = split.test();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Future<BitSet>> parts = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            parts.add(
                    executor.submit(
                            () -> {
                                Ranker ranker = new Ranker(fitted.model(), split.train(), k);
                                for (int from = next.getAndAdd(USERS_PER_STEP);
                                        from < users.length;
                                        from = next.getAndAdd(USERS_PER_STEP)) {
                                    int to = Math.min(users.length, from + USERS_PER_STEP);
                                    for (int u = from; u < to; u++) {
                                        int[] relevant = test.itemsOf(users[u]);
                                        results[u] = ranker.judge(users[u], relevant, leaveSelfOut);
                                    }
                                    progress.step(
                                            fitted.name() + " rank",
                                            done.addAndGet(to - from),
                                            users.length);
                                }
                                return ranker.recommended();
                            }));
        }
        BitSet recommended = new BitSet();
        parts.forEach(part -> recommended.or(await(part)));
        return recommended;
    }

    private static RankingRow row(
            Fitted fitted, int k, RankingMetrics[] results, double coverage, double scoreSeconds) {
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
                fitted.name().toString(),
                k,
                recall / users,
                ndcg / users,
                map / users,
                precision / users,
                coverage,
                results.length,
                fitted.seconds(),
                scoreSeconds);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("evaluation failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException(
                    TrainingException.Code.CLOSED, "the evaluation was interrupted", e);
        }
    }
}
