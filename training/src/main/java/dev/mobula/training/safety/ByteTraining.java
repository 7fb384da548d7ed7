package dev.mobula.training.safety;

import dev.mobula.ranking.safety.ByteModel;
import java.util.List;
import java.util.SplittableRandom;

/*
 * One window of one text after another in random order, AdaGrad, half of the filters silent at a time (Srivastava et al.
 * 2014). A filter's largest answer alone carries its gradient, so a step back costs one span per filter. Of a long text
 * every round reads another window.
 */
/// Trains convolutional networks over bytes.
final class ByteTraining {
    private static final int SPAN = 6;
    private static final int FILTERS = 128;
    private static final int BYTES = 256;
    private static final double STEP = .05;
    private static final double START = .08;
    private static final double SILENT = .5;
    private static final int TEXTS_READ = 30_000;
    private static final int EPOCHS_MIN = 3;
    private static final int EPOCHS_MAX = 8;

    private final TextTargets texts;
    private final double[][] costs;
    private final SplittableRandom random;
    private final float[] table = new float[SPAN * BYTES * FILTERS];
    private final float[] bias = new float[FILTERS];
    private final float[] outer;
    private final float[] outerBias;
    private final float[] tableSquares = new float[table.length];
    private final float[] biasSquares = new float[FILTERS];
    private final float[] outerSquares;
    private final float[] outerBiasSquares;
    private final float[] pooled = new float[FILTERS];
    private final int[] places = new int[FILTERS];
    private final ByteModel model;

    private ByteTraining(TextTargets texts, long seed) {
        this.texts = texts;
        this.random = new SplittableRandom(seed);
        int heads = texts.heads().size();
        costs = new double[heads][];
        for (int head = 0; head < heads; head++) {
            costs[head] = LogisticFit.costs(texts.column(head));
        }
        outer = new float[heads * FILTERS];
        outerBias = new float[heads];
        outerSquares = new float[outer.length];
        outerBiasSquares = new float[heads];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) (random.nextGaussian() * START);
        }
        for (int i = 0; i < outer.length; i++) {
            outer[i] = (float) (random.nextGaussian() * START);
        }
        // It reads the arrays that are being trained.
        model = new ByteModel(SPAN, FILTERS, table, bias, outer, outerBias);
    }

    static ByteModel fit(List<String> canonical, TextTargets texts, long seed) {
        ByteTraining training = new ByteTraining(texts, seed);
        int epochs = Math.clamp(TEXTS_READ / Math.max(1, texts.size()), EPOCHS_MIN, EPOCHS_MAX);
        int[] order = new int[texts.size()];
        for (int epoch = 0; epoch < epochs; epoch++) {
            Orders.shuffle(order, training.random);
            double step = STEP * (1 - .9 * epoch / epochs);
            for (int row : order) {
                training.learn(row, ByteModel.bytes(canonical.get(row)), step);
            }
        }
        for (int i = 0; i < training.outer.length; i++) {
            training.outer[i] *= (float) (1 - SILENT);
        }
        return training.model;
    }

    private void learn(int row, byte[] bytes, double step) {
        int room = Math.max(0, bytes.length - ByteModel.WINDOW_BYTES);
        int from = room == 0 ? 0 : random.nextInt(room + 1);
        int to = Math.min(bytes.length, from + ByteModel.WINDOW_BYTES);
        model.pool(bytes, from, to, pooled, places);
        for (int filter = 0; filter < FILTERS; filter++) {
            if (random.nextDouble() < SILENT) {
                pooled[filter] = 0;
                places[filter] = -1;
            }
        }
        float[] pulls = new float[FILTERS];
        for (int head = 0; head < outerBias.length; head++) {
            float target = texts.of(row, head);
            if (Float.isNaN(target)) {
                continue;
            }
            double odds = model.odds(pooled, head);
            float pull = (float) (costs[head][row] * (1 / (1 + Math.exp(-odds)) - target));
            for (int filter = 0; filter < FILTERS; filter++) {
                int at = head * FILTERS + filter;
                pulls[filter] += pull * outer[at];
                move(outer, outerSquares, at, pull * pooled[filter], step);
            }
            move(outerBias, outerBiasSquares, head, pull, step);
        }
        for (int filter = 0; filter < FILTERS; filter++) {
            if (places[filter] >= 0) {
                back(bytes, to, filter, pulls[filter], step);
            }
        }
    }

    private void back(byte[] bytes, int to, int filter, float pull, double step) {
        int at = places[filter];
        for (int offset = 0; offset < SPAN && at + offset < to; offset++) {
            int place = (offset * BYTES + (bytes[at + offset] & 0xFF)) * FILTERS + filter;
            move(table, tableSquares, place, pull, step);
        }
        move(bias, biasSquares, filter, pull, step);
    }

    private static void move(float[] of, float[] sums, int at, float gradient, double step) {
        if (gradient != 0) {
            sums[at] += gradient * gradient;
            of[at] -= (float) (step * gradient / (Math.sqrt(sums[at]) + 1e-8));
        }
    }
}
