package dev.mobula.training.sequence;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// Two models of what comes next as one: a weighted sum of the shares that each gives to every item.
///
/// A model's shares are its scores, all of which must be positive or zero, divided by their sum over the items that
/// the history does not hold. A model that knows nothing of a history leaves it to the other.
public final class Blend implements HistoryModel {
    private final HistoryModel first;
    private final HistoryModel second;
    private final double weight;

    /// Of two models of the same items.
    ///
    /// @param weight of the second model's shares; the first has the rest of 1
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
        return (history, scores) -> {
            one.score(history, scores);
            two.score(history, others);
            double scaleOfScores = (1 - weight) / sumUnseen(history, scores);
            double scaleOfOthers = weight / sumUnseen(history, others);
            for (int i = 0; i < others.length; i++) {
                scores[i] = (float) (scores[i] * scaleOfScores + others[i] * scaleOfOthers);
            }
        };
    }

    /// Clears the history's own items and sums the rest.
    private double sumUnseen(int[] history, float[] scores) {
        for (int item : history) {
            scores[item] = 0;
        }
        double sum = 0;
        for (int i = 0; i < items(); i++) {
            if (!(scores[i] >= 0)) {
                throw TrainingException.invalid("score of item " + i, scores[i], "must be >= 0");
            }
            sum += scores[i];
        }
        return sum > 0 ? sum : 1;
    }

    /// The weight, in steps of one tenth, at which a measure of the blend is best; the lesser of two equals.
    public static double bestWeight(DoubleUnaryOperator measure) {
        double[] values = new double[11];
        Arrays.setAll(values, step -> measure.applyAsDouble(step / 10.0));
        int best = 0;
        for (int step = 1; step < values.length; step++) {
            if (values[step] > values[best]) {
                best = step;
            }
        }
        return best / 10.0;
    }
}
