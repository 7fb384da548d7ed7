package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.StackedModel;
import dev.mobula.ranking.safety.TextModel;

/*
 * Platt's scaling: the slope and shift of greatest likelihood, by Newton's method with steps halved until they gain.
 * Targets are kept off 0 and 1 by one pseudo-observation of each class (Platt 1999), so that separable data end too.
 */
/// A straight line from a head's log odds to calibrated ones.
record LogOdds(double slope, double shift) {
    private static final int STEPS_MAX = 50;
    private static final double TOLERANCE = 1e-9;
    private static final double SLOPE_MIN = 1e-3;
    private static final double EDGE = 1e-12;

    static LogOdds of(Observations observations) {
        int size = observations.size();
        double positives = 0;
        for (double label : observations.labels()) {
            positives += label;
        }
        double high = (positives + 1) / (positives + 2);
        double low = 1 / (size - positives + 2);
        double[] odds = new double[size];
        double[] targets = new double[size];
        for (int i = 0; i < size; i++) {
            double p = Math.clamp(observations.scores()[i], EDGE, 1 - EDGE);
            odds[i] = Math.log(p / (1 - p));
            targets[i] = observations.labels()[i] > .5 ? high : low;
        }
        LogOdds line = new LogOdds(1, 0);
        double loss = line.loss(odds, targets);
        for (int step = 0; step < STEPS_MAX; step++) {
            LogOdds change = line.newton(odds, targets);
            double size0 = 1;
            LogOdds next = line.plus(change, size0);
            while (next.loss(odds, targets) > loss && size0 > 1e-4) {
                size0 /= 2;
                next = line.plus(change, size0);
            }
            double nextLoss = next.loss(odds, targets);
            if (!(loss - nextLoss > TOLERANCE * Math.max(1, loss))) {
                break;
            }
            line = next;
            loss = nextLoss;
        }
        return new LogOdds(Math.max(SLOPE_MIN, line.slope), line.shift);
    }

    private LogOdds plus(LogOdds change, double times) {
        return new LogOdds(slope + times * change.slope, shift + times * change.shift);
    }

    private double loss(double[] odds, double[] targets) {
        double loss = 0;
        for (int i = 0; i < odds.length; i++) {
            double z = slope * odds[i] + shift;
            double softplus = z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
            loss += softplus - targets[i] * z;
        }
        return loss;
    }

    private LogOdds newton(double[] odds, double[] targets) {
        double a = 0;
        double b = 0;
        double aa = 1e-9;
        double ab = 0;
        double bb = 1e-9;
        for (int i = 0; i < odds.length; i++) {
            double p = 1 / (1 + Math.exp(-(slope * odds[i] + shift)));
            double error = targets[i] - p;
            double curvature = p * (1 - p);
            a += error * odds[i];
            b += error;
            aa += curvature * odds[i] * odds[i];
            ab += curvature * odds[i];
            bb += curvature;
        }
        double determinant = aa * bb - ab * ab;
        if (!(determinant > Double.MIN_NORMAL)) {
            return new LogOdds(0, b / bb);
        }
        return new LogOdds((a * bb - b * ab) / determinant, (b * aa - a * ab) / determinant);
    }

    /// The model with this line inside its weights and its bias.
    TextModel into(TextModel model, int head) {
        return switch (model) {
            case NgramModel linear -> into(linear, head);
            case StackedModel stacked -> into(stacked, head);
        };
    }

    private StackedModel into(StackedModel model, int head) {
        double[] weights = model.weights().clone();
        int shiftAt = head * (StackedModel.MEMBERS + 1) + StackedModel.MEMBERS;
        for (int i = shiftAt - StackedModel.MEMBERS; i <= shiftAt; i++) {
            weights[i] *= slope;
        }
        weights[shiftAt] += shift;
        return model.weighed(weights);
    }

    private NgramModel into(NgramModel model, int head) {
        int width = 1 + model.heads().size();
        float[] table = model.table().clone();
        for (int at = 1 + head; at < table.length; at += width) {
            table[at] *= (float) slope;
        }
        double[] biases = model.biases().clone();
        biases[head] = slope * biases[head] + shift;
        return new NgramModel(
                model.version(),
                model.heads(),
                model.bits(),
                table,
                biases,
                model.calibrators(),
                model.points());
    }
}
