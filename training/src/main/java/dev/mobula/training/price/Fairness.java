package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

/// How evenly a shared budget reached groups of people, teams or zones, each measured against what it wanted.
///
/// @param index Jain's index of the parts that were satisfied: 1 when all are alike, 1 / groups when one got everything
/// @param least the part of the worst off
public record Fairness(double index, double least) {
    /// Compares groups that wanted something.
    ///
    /// @param got what each group was given
    /// @param wanted what it asked for; a group that asked for nothing is left out
    public static Fairness of(double[] got, double[] wanted) {
        if (got.length != wanted.length || got.length == 0) {
            throw invalid("groups", got.length + ", " + wanted.length, "must be alike, and some");
        }
        double sum = 0;
        double squares = 0;
        double least = 1;
        int groups = 0;
        for (int i = 0; i < got.length; i++) {
            if (wanted[i] > 0) {
                double part = got[i] / wanted[i];
                sum += part;
                squares += part * part;
                least = Math.min(least, part);
                groups++;
            }
        }
        return squares == 0
                ? new Fairness(1, 0)
                : new Fairness(sum * sum / (groups * squares), least);
    }
}
