package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// The value of 0, 1, 2... messages, such that each adds no more than the one before: then the best next message is always
/// the best use of a budget.
public final class ConcaveCurve {
    private ConcaveCurve() {}

    /// The nearest such curve, in squares of what each message adds, that begins where the given one does.
    ///
    /// Pool adjacent violators: what two messages add is averaged whenever the later adds more.
    ///
    /// @param weight how certain each value but the first is, in rows
    public static double[] of(double[] values, double[] weight) {
        int steps = values.length - 1;
        if (steps < 0 || weight.length != values.length) {
            throw invalid(
                    "values", values.length + ", " + weight.length, "must be some, and alike");
        }
        double[] mean = new double[Math.max(1, steps)];
        double[] mass = new double[mean.length];
        int[] count = new int[mean.length];
        int blocks = 0;
        for (int step = 0; step < steps; step++) {
            mean[blocks] = values[step + 1] - values[step];
            mass[blocks] = Math.max(1e-12, weight[step + 1]);
            count[blocks++] = 1;
            while (blocks > 1 && mean[blocks - 2] < mean[blocks - 1]) {
                blocks--;
                double sum = mass[blocks - 1] + mass[blocks];
                mean[blocks - 1] =
                        (mass[blocks - 1] * mean[blocks - 1] + mass[blocks] * mean[blocks]) / sum;
                mass[blocks - 1] = sum;
                count[blocks - 1] += count[blocks];
            }
        }
        double[] curve = new double[values.length];
        curve[0] = values[0];
        int at = 0;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < count[block]; i++) {
                at++;
                curve[at] = curve[at - 1] + mean[block];
            }
        }
        return curve;
    }

    /// The same, all values alike certain.
    public static double[] of(double[] values) {
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        return of(values, ones);
    }
}
