package dev.mobula.training.safety;

import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/*
 * Two figures: the largest distance between the distributions of a head's scores (Kolmogorov and Smirnov), and the
 * Jensen-Shannon divergence of the texts' n-grams, in bits. What chance alone would give is found by dealing the texts of
 * both sides out again at random, ROUNDS times; the share of deals that reach the figure is its p-value.
 */
/// Whether texts of one time are like those of another.
public final class TextDrift {
    private static final int BITS = 12;
    private static final int ROUNDS = 200;
    private static final int TEXTS_MIN = 50;
    private static final int TEXTS_MAX = 20_000;

    private TextDrift() {}

    /// A figure, and how often chance alone reaches it.
    public record Moved(String what, double value, double chance) {}

    /// How far the scores of every head, and the n-grams, have moved.
    public static List<Moved> between(
            TextModel model, List<String> before, List<String> after, long seed) {
        for (List<String> texts : List.of(before, after)) {
            if (texts.size() < TEXTS_MIN || texts.size() > TEXTS_MAX) {
                throw TrainingException.invalid(
                        "texts", texts.size(), "must be " + TEXTS_MIN + ".." + TEXTS_MAX);
            }
        }
        List<String> all = new ArrayList<>(before);
        all.addAll(after);
        int[] side = new int[all.size()];
        Arrays.fill(side, before.size(), side.length, 1);
        double[][] scores = new double[model.heads().size()][all.size()];
        int[][] grams = new int[all.size()][];
        Ngrams scratch = model.scratch();
        Ngrams coarse = new Ngrams(BITS);
        for (int i = 0; i < grams.length; i++) {
            double[] own = model.score(Canonicaliser.read(all.get(i)), scratch);
            for (int head = 0; head < own.length; head++) {
                scores[head][i] = own[head];
            }
            coarse.read(Canonicaliser.read(all.get(i)).text());
            grams[i] = new int[coarse.size()];
            for (int j = 0; j < grams[i].length; j++) {
                grams[i][j] = coarse.bucket(j);
            }
        }
        List<Moved> moved = new ArrayList<>();
        for (int head = 0; head < scores.length; head++) {
            int[] order = order(scores[head]);
            double[] own = scores[head];
            moved.add(
                    judged(
                            "scores of " + model.heads().get(head),
                            side,
                            seed,
                            sides -> distance(own, order, sides)));
        }
        moved.add(judged("n-grams", side, seed, sides -> divergence(grams, sides)));
        return moved;
    }

    @FunctionalInterface
    private interface Figure {
        double of(int[] side);
    }

    private static Moved judged(String what, int[] side, long seed, Figure figure) {
        double value = figure.of(side);
        SplittableRandom random = new SplittableRandom(seed);
        int reached = 1;
        int[] dealt = side.clone();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = dealt.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int held = dealt[i];
                dealt[i] = dealt[other];
                dealt[other] = held;
            }
            reached += figure.of(dealt) >= value ? 1 : 0;
        }
        return new Moved(what, value, reached / (ROUNDS + 1.0));
    }

    private static int[] order(double[] scores) {
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    private static double distance(double[] scores, int[] order, int[] side) {
        double[] sizes = new double[2];
        for (int one : side) {
            sizes[one]++;
        }
        double[] seen = new double[2];
        double most = 0;
        for (int i = 0; i < order.length; i++) {
            seen[side[order[i]]]++;
            boolean tied = i + 1 < order.length && scores[order[i]] == scores[order[i + 1]];
            if (!tied) {
                most = Math.max(most, Math.abs(seen[0] / sizes[0] - seen[1] / sizes[1]));
            }
        }
        return most;
    }

    private static double divergence(int[][] grams, int[] side) {
        double[][] shares = new double[2][Ngrams.buckets(BITS)];
        double[] sums = new double[2];
        for (int i = 0; i < grams.length; i++) {
            for (int bucket : grams[i]) {
                shares[side[i]][bucket]++;
                sums[side[i]]++;
            }
        }
        double divergence = 0;
        for (int bucket = 0; bucket < shares[0].length; bucket++) {
            double p = shares[0][bucket] / Math.max(1, sums[0]);
            double q = shares[1][bucket] / Math.max(1, sums[1]);
            double middle = (p + q) / 2;
            divergence += p > 0 ? p * Math.log(p / middle) / 2 : 0;
            divergence += q > 0 ? q * Math.log(q / middle) / 2 : 0;
        }
        return divergence / Math.log(2);
    }
}
