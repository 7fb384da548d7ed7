package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.data.Split;
import dev.mobula.training.metrics.Auc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Judges how well a model finds friendships that were taken out of a graph.
///
/// As many pairs that were never friends are drawn twice: at random, and with the degrees of the removed friendship's
/// two ends. Degree alone tells the first kind apart, so only the second shows what a model knows beyond it.
public final class LinkEvaluation {
    private static final int RANKS_NEAR = 20;
    private static final int TRIES_MAX = 1_000;

    private final InteractionEvaluation ranking;
    private final ExecutorService executor;
    private final int threads;
    private final long seed;

    public LinkEvaluation(
            InteractionEvaluation ranking, ExecutorService executor, int threads, long seed) {
        this.ranking = ranking;
        this.executor = executor;
        this.threads = threads;
        this.seed = seed;
    }

    /// The pairs `ends[0][p]`, `ends[1][p]`.
    @SuppressWarnings("ArrayRecordComponent")
    private record Pairs(int[] from, int[] to) {}

    /// Judges the model on a split made by [Split#links].
    public LinkRow run(ModelName name, Split split, int k) {
        InteractionEvaluation.Fitted fitted = ranking.fit(name, split.train());
        RankingRow row = ranking.judge(fitted, split, k, true);
        SplittableRandom random = new SplittableRandom(seed);
        Pairs removed = removed(split.test());
        Pairs anyone = draw(split, removed, random, null);
        Pairs alike = draw(split, removed, random, new Neighbourhood(split.train()));
        HistoryModel model = fitted.model();
        double[] positives = scores(model, split.train(), removed);
        double aucRandom = Auc.of(positives, scores(model, split.train(), anyone));
        double aucAlike = Auc.of(positives, scores(model, split.train(), alike));
        return new LinkRow(row, aucRandom, aucAlike);
    }

    private static Pairs removed(InteractionMatrix test) {
        int[] from = new int[test.size()];
        int[] to = new int[test.size()];
        int size = 0;
        for (int a = 0; a < test.users(); a++) {
            for (int b : test.itemsOf(a)) {
                if (a < b) {
                    from[size] = a;
                    to[size++] = b;
                }
            }
        }
        return new Pairs(Arrays.copyOf(from, size), Arrays.copyOf(to, size));
    }

    private static Pairs draw(
            Split split, Pairs removed, SplittableRandom random, @Nullable Neighbourhood near) {
        int people = split.train().users();
        int[] from = new int[removed.from().length];
        int[] to = new int[from.length];
        int size = 0;
        for (int p = 0; p < from.length; p++) {
            for (int tries = 0; tries < TRIES_MAX; tries++) {
                int a = near == null ? random.nextInt(people) : near.of(removed.from()[p], random);
                int b = near == null ? random.nextInt(people) : near.of(removed.to()[p], random);
                if (a != b && !split.train().contains(a, b) && !split.test().contains(a, b)) {
                    from[size] = a;
                    to[size++] = b;
                    break;
                }
            }
        }
        return new Pairs(Arrays.copyOf(from, size), Arrays.copyOf(to, size));
    }

    /// People ordered by degree: who stands near whom.
    private static final class Neighbourhood {
        private final int[] byDegree;
        private final int[] rank;

        Neighbourhood(InteractionMatrix train) {
            byDegree = new int[train.users()];
            rank = new int[byDegree.length];
            long[] keys = new long[byDegree.length];
            for (int a = 0; a < keys.length; a++) {
                keys[a] = (long) train.degreeOfUser(a) << 32 | a;
            }
            Arrays.sort(keys);
            for (int r = 0; r < keys.length; r++) {
                byDegree[r] = (int) keys[r];
                rank[byDegree[r]] = r;
            }
        }

        int of(int person, SplittableRandom random) {
            int lowest = Math.max(0, rank[person] - RANKS_NEAR);
            int highest = Math.min(byDegree.length - 1, rank[person] + RANKS_NEAR);
            return byDegree[random.nextInt(lowest, highest + 1)];
        }
    }

    /// The score of a pair is what each end's history says for the other, added up.
    private double[] scores(HistoryModel model, InteractionMatrix train, Pairs pairs) {
        int[][] byEnd = byEnd(pairs, train.users());
        double[] forward = new double[pairs.from().length];
        double[] backward = new double[forward.length];
        AtomicInteger next = new AtomicInteger();
        List<Future<Void>> parts = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            parts.add(
                    executor.submit(
                            () -> {
                                HistoryModel.Scorer scorer = model.scorer();
                                float[] scores = new float[model.items()];
                                int person;
                                while ((person = next.getAndIncrement()) < byEnd.length) {
                                    if (byEnd[person].length > 0) {
                                        scorer.score(train.itemsOf(person), scores);
                                    }
                                    for (int pair : byEnd[person]) {
                                        if (pairs.from()[pair] == person) {
                                            forward[pair] = scores[pairs.to()[pair]];
                                        } else {
                                            backward[pair] = scores[pairs.from()[pair]];
                                        }
                                    }
                                }
                                return null;
                            }));
        }
        parts.forEach(InteractionEvaluation::await);
        for (int p = 0; p < forward.length; p++) {
            forward[p] += backward[p];
        }
        return forward;
    }

    private static int[][] byEnd(Pairs pairs, int people) {
        int[] counts = new int[people];
        for (int p = 0; p < pairs.from().length; p++) {
            counts[pairs.from()[p]]++;
            counts[pairs.to()[p]]++;
        }
        int[][] byEnd = new int[people][];
        Arrays.setAll(byEnd, person -> new int[counts[person]]);
        for (int p = 0; p < pairs.from().length; p++) {
            byEnd[pairs.from()[p]][--counts[pairs.from()[p]]] = p;
            byEnd[pairs.to()[p]][--counts[pairs.to()[p]]] = p;
        }
        return byEnd;
    }
}
