package dev.mobula.training.safety;

import dev.mobula.ranking.safety.BagModel;
import dev.mobula.ranking.safety.Ngrams;
import java.util.List;
import java.util.SplittableRandom;

/*
 * One text after another in random order, AdaGrad for every number and one sum of squares per embedding (Duchi, Hazan and
 * Singer 2011). Only the embeddings of a text's own n-grams move, so a text costs as much as it has n-grams. Sets of few
 * texts are read more often. The same seed gives the same weights.
 */
/// Trains bags of n-gram embeddings.
final class BagTraining {
    static final int BITS = 17;

    private static final int WIDTH = 24;
    private static final int HIDDEN = 32;
    private static final double STEP = .02;
    private static final double START = .02;
    private static final int TEXTS_READ = 15_000;
    private static final int EPOCHS_MIN = 1;
    private static final int EPOCHS_MAX = 10;

    private final SparseRows rows;
    private final TextTargets texts;
    private final double[][] costs;
    private final float[] embeddings;
    private final float[] squares;
    private final float[] inner = new float[HIDDEN * WIDTH];
    private final float[] innerBias = new float[HIDDEN];
    private final float[] outer;
    private final float[] outerBias;
    private final float[] innerSquares = new float[HIDDEN * WIDTH];
    private final float[] innerBiasSquares = new float[HIDDEN];
    private final float[] outerSquares;
    private final float[] outerBiasSquares;
    private final SplittableRandom random;

    private BagTraining(SparseRows rows, TextTargets texts, long seed) {
        this.rows = rows;
        this.texts = texts;
        this.random = new SplittableRandom(seed);
        int heads = texts.heads().size();
        costs = new double[heads][];
        for (int head = 0; head < heads; head++) {
            costs[head] = LogisticFit.costs(texts.column(head));
        }
        embeddings = new float[rows.columns() * WIDTH];
        squares = new float[rows.columns()];
        outer = new float[heads * HIDDEN];
        outerBias = new float[heads];
        outerSquares = new float[outer.length];
        outerBiasSquares = new float[heads];
        start(embeddings, START);
        start(inner, 1 / Math.sqrt(WIDTH));
        start(outer, 1 / Math.sqrt(HIDDEN));
    }

    private void start(float[] numbers, double spread) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (random.nextGaussian() * spread);
        }
    }

    static BagModel fit(List<String> canonical, TextTargets texts, int bits, long seed) {
        int tableBits = Math.min(BITS, bits);
        SparseRows rows = SparseRows.of(canonical, bits, tableBits, 2);
        BagTraining training = new BagTraining(rows, texts, seed);
        int epochs = Math.clamp(TEXTS_READ / Math.max(1, texts.size()), EPOCHS_MIN, EPOCHS_MAX);
        int[] order = new int[texts.size()];
        for (int epoch = 0; epoch < epochs; epoch++) {
            Orders.shuffle(order, training.random);
            double step = STEP * (1 - .9 * epoch / epochs);
            for (int row : order) {
                training.learn(row, step);
            }
        }
        return training.model(tableBits);
    }

    private void learn(int row, double step) {
        float[] place = new float[WIDTH];
        for (int at = rows.start(row); at < rows.end(row); at++) {
            int base = rows.index(at) * WIDTH;
            float value = rows.value(at);
            for (int d = 0; d < WIDTH; d++) {
                place[d] += value * embeddings[base + d];
            }
        }
        float[] units = new float[HIDDEN];
        for (int unit = 0; unit < HIDDEN; unit++) {
            float sum = innerBias[unit];
            for (int d = 0; d < WIDTH; d++) {
                sum += inner[unit * WIDTH + d] * place[d];
            }
            units[unit] = Math.max(0, sum);
        }
        float[] pulls = outwards(row, units, step);
        if (pulls.length == 0) {
            return;
        }
        float[] back = new float[WIDTH];
        for (int unit = 0; unit < HIDDEN; unit++) {
            if (units[unit] <= 0) {
                continue;
            }
            for (int d = 0; d < WIDTH; d++) {
                int at = unit * WIDTH + d;
                back[d] += pulls[unit] * inner[at];
                move(inner, innerSquares, at, pulls[unit] * place[d], step);
            }
            move(innerBias, innerBiasSquares, unit, pulls[unit], step);
        }
        spread(row, back, step);
    }

    /// Moves the heads, and gives what pulls at the hidden units; nothing when no head knows the text.
    private float[] outwards(int row, float[] units, double step) {
        float[] pulls = new float[HIDDEN];
        boolean any = false;
        for (int head = 0; head < outerBias.length; head++) {
            float target = texts.of(row, head);
            if (Float.isNaN(target)) {
                continue;
            }
            any = true;
            float odds = outerBias[head];
            for (int unit = 0; unit < HIDDEN; unit++) {
                odds += outer[head * HIDDEN + unit] * units[unit];
            }
            float pull = (float) (costs[head][row] * (1 / (1 + Math.exp(-odds)) - target));
            for (int unit = 0; unit < HIDDEN; unit++) {
                int at = head * HIDDEN + unit;
                pulls[unit] += pull * outer[at];
                move(outer, outerSquares, at, pull * units[unit], step);
            }
            move(outerBias, outerBiasSquares, head, pull, step);
        }
        return any ? pulls : new float[0];
    }

    private void spread(int row, float[] back, double step) {
        float size = 0;
        for (float one : back) {
            size += one * one / WIDTH;
        }
        for (int at = rows.start(row); at < rows.end(row); at++) {
            int column = rows.index(at);
            float value = rows.value(at);
            squares[column] += value * value * size;
            float scale = (float) (step * value / (Math.sqrt(squares[column]) + 1e-8));
            int base = column * WIDTH;
            for (int d = 0; d < WIDTH; d++) {
                embeddings[base + d] -= scale * back[d];
            }
        }
    }

    private static void move(float[] of, float[] sums, int at, float gradient, double step) {
        sums[at] += gradient * gradient;
        of[at] -= (float) (step * gradient / (Math.sqrt(sums[at]) + 1e-8));
    }

    private BagModel model(int tableBits) {
        int buckets = Ngrams.buckets(tableBits);
        float[] table = new float[buckets * (1 + WIDTH)];
        for (int bucket = 0; bucket < buckets; bucket++) {
            int column = rows.column(bucket);
            if (column >= 0) {
                table[bucket * (1 + WIDTH)] = rows.rarity(bucket);
                System.arraycopy(
                        embeddings, column * WIDTH, table, bucket * (1 + WIDTH) + 1, WIDTH);
            }
        }
        return new BagModel(tableBits, WIDTH, HIDDEN, table, inner, innerBias, outer, outerBias);
    }
}
