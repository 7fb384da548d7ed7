package dev.mobula.training.uplift;

import static dev.mobula.training.TrainingException.invalid;

import java.util.ArrayList;
import java.util.List;

/// What each of several treatments adds to the chance of a response: a model for each arm of a trial.
///
/// Arm 0 is nothing at all.
public final class UpliftModel {
    private final List<LogisticModel> arms;

    private UpliftModel(List<LogisticModel> arms) {
        this.arms = List.copyOf(arms);
    }

    /// Learns from people whose arm was drawn at random.
    public static UpliftModel fit(
            double[][] features, int[] arm, boolean[] responded, int arms, double ridge) {
        if (arms < 2 || features.length != arm.length || arm.length != responded.length) {
            throw invalid("arms", arms + " over " + arm.length, "must be two or more, with rows");
        }
        List<LogisticModel> models = new ArrayList<>();
        for (int a = 0; a < arms; a++) {
            List<double[]> rows = new ArrayList<>();
            List<Boolean> hits = new ArrayList<>();
            for (int i = 0; i < arm.length; i++) {
                if (arm[i] == a) {
                    rows.add(features[i]);
                    hits.add(responded[i]);
                }
            }
            boolean[] flags = new boolean[hits.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = hits.get(i);
            }
            models.add(LogisticModel.fit(rows.toArray(double[][]::new), flags, ridge));
        }
        return new UpliftModel(models);
    }

    /// The chance of a response under an arm.
    public double chance(int arm, double[] features) {
        return arms.get(arm).chance(features);
    }

    /// What an arm adds to nothing.
    public double uplift(int arm, double[] features) {
        return chance(arm, features) - chance(0, features);
    }

    public int arms() {
        return arms.size();
    }
}
