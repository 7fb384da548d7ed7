package dev.mobula.training.safety;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.CalibrationFit;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.MetaModel;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * The scores must come from judges that did not learn from these rows. Every other row weighs the judges, the others give
 * the isotonic map.
 */
/// Trains the model over several judges' scores.
public final class MetaTraining {
    private static final int ROWS_MIN = 2 * CalibrationFit.OBSERVATIONS_MIN;

    private MetaTraining() {}

    /// Weighs the judges and calibrates what they say together.
    ///
    /// @param inputs names of the judges
    /// @param scores row after row, a score between 0 and 1 per judge, not a number where one said nothing
    /// @param labels 1 or 0
    public static MetaModel fit(
            String version, List<String> inputs, double[][] scores, double[] labels) {
        if (scores.length != labels.length || scores.length < ROWS_MIN) {
            throw TrainingException.invalid(
                    "rows", scores.length, labels.length + " labels, at least " + ROWS_MIN);
        }
        List<Double> means = new ArrayList<>();
        double[][] odds = new double[scores.length][inputs.size()];
        for (int j = 0; j < inputs.size(); j++) {
            double sum = 0;
            int known = 0;
            for (int i = 0; i < scores.length; i++) {
                odds[i][j] = MetaModel.odds(scores[i][j]);
                sum += Double.isNaN(scores[i][j]) ? 0 : odds[i][j];
                known += Double.isNaN(scores[i][j]) ? 0 : 1;
            }
            means.add(known == 0 ? 0 : sum / known);
            for (int i = 0; i < scores.length; i++) {
                odds[i][j] = Double.isNaN(scores[i][j]) ? means.get(j) : odds[i][j];
            }
        }
        int half = (scores.length + 1) / 2;
        double[][] own = new double[half][];
        double[] targets = new double[half];
        for (int i = 0; i < scores.length; i += 2) {
            own[i / 2] = odds[i];
            targets[i / 2] = labels[i];
        }
        double[] weights = PositiveWeights.fit(own, targets);
        List<Double> weighed = new ArrayList<>();
        for (int j = 0; j < inputs.size(); j++) {
            weighed.add(weights[j]);
        }
        Calibration none = new Calibration.Uncalibrated("not yet");
        MetaModel model =
                new MetaModel(version, inputs, means, weighed, weights[inputs.size()], none);
        return model.with(CalibrationFit.isotonic(held(model, scores, labels)));
    }

    private static Observations held(MetaModel model, double[][] scores, double[] labels) {
        double[] seen = new double[scores.length / 2];
        double[] truth = new double[seen.length];
        for (int i = 1; i < scores.length; i += 2) {
            Map<String, Double> row = new LinkedHashMap<>();
            for (int j = 0; j < model.inputs().size(); j++) {
                row.put(model.inputs().get(j), scores[i][j]);
            }
            seen[i / 2] = model.score(row);
            truth[i / 2] = labels[i];
        }
        return new Observations(seen, truth);
    }
}
