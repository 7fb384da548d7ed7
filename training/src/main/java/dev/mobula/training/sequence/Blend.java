package dev.mobula.training.sequence;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.training.TrainingException;
import java.util.function.DoubleUnaryOperator;

/// Two models of what comes next as one: the weighted geometric mean of what each says of an item.
///
/// What a model says of an item is its score, which must be positive or zero, against its best among the items that the
/// history does not hold. To the first model's a little is added, so that an item it knows nothing of can still come.
public final class Blend implements HistoryModel {
    private static final double FLOOR = 0.01;
    private static final double[] WEIGHTS = {0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1};

    private final HistoryModel first;
    private final HistoryModel second;
    private final double weight;

    /// Of two models of the same items.
    ///
    /// @param weight of the second model; the first has the rest of 1
    public Blend(HistoryModel first, HistoryModel second, double weight) {
        if (first.items() != second.items()) {
            throw TrainingException.invalid(
                    "items of the second model", second.items(), "must be " + first.items());
        }
        if (!(weight >= 0 && weight <= 1)) {
            throw TrainingException.invalid("weight", weight, "must be 0..1");
        }
        this.first = first;
        this.second = second;
        this.weight = weight;
    }

    @Override
    public int items() {
        return first.items();
    }

    @Override
    public Scorer scorer() {
        Scorer one = first.scorer();
        Scorer two = second.scorer();
        float[] others = new float[items()];
        double unknown = Math.pow(FLOOR, 1 - weight);
        return (history, scores) -> {
            one.score(history, scores);
            two.score(history, others);
            double best = bestUnseen(history, scores);
            double bestOther = bestUnseen(history, others);
            for (int i = 0; i < others.length; i++) {
                double known =
                        scores[i] == 0 ? unknown : Math.pow(scores[i] / best + FLOOR, 1 - weight);
                scores[i] = (float) (known * Math.pow(others[i] / bestOther, weight));
            }
        };
    }

    /// Clears the history's own items and finds the greatest of the rest; 1 when all are zero.
    private double bestUnseen(int[] history, float[] scores) {
        for (int item : history) {
            scores[item] = 0;
        }
        double best = 0;
        for (int i = 0; i < items(); i++) {
            if (!(scores[i] >= 0)) {
                throw TrainingException.invalid("score of item " + i, scores[i], "must be >= 0");
            }
            best = Math.max(best, scores[i]);
        }
        return best > 0 ? best : 1;
    }

    /// The weight, of a few, at which a measure of the blend is best; the lesser of two equals.
    public static double bestWeight(DoubleUnaryOperator measure) {
        double best = WEIGHTS[0];
        double most = Double.NEGATIVE_INFINITY;
        for (double weight : WEIGHTS) {
            double value = measure.applyAsDouble(weight);
            if (value > most) {
                most = value;
                best = weight;
            }
        }
        return best;
    }
}
