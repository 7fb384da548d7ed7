package dev.mobula.training.run;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.CalibrationFit;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.calibration.Reliability;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.metrics.Auc;
import dev.mobula.training.run.RankerRecipe.Label;
import dev.mobula.training.run.RankerRecipe.Loss;
import dev.mobula.training.run.RankerRecipe.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What a ranker is worth on rows of its data set, scored by the kernels that serve it.
final class RankerJudge {
    private static final int READ_ROWS = 4_096;
    private static final int BINS = 15;
    private static final double PROBABILITY_MIN = 1e-7;

    private final Plan plan;

    RankerJudge(Plan plan) {
        this.plan = plan;
    }

    /// The final word: evidence from the test rows, calibrators from the validation rows.
    record Judged(Evidence evidence, Calibrators calibrators) {}

    Map<String, Double> metrics(RankingModel model, long from, long count) {
        return metrics(score(model, from, count));
    }

    private Map<String, Double> metrics(List<Observations> byHead) {
        Map<String, Double> metrics = new HashMap<>();
        for (int h = 0; h < byHead.size(); h++) {
            Label label = plan.labels().get(h);
            Observations seen = byHead.get(h);
            if (label.loss() == Loss.LOG) {
                auc(seen).ifPresent(auc -> metrics.put("auc." + label.head(), auc));
                metrics.put("log-loss." + label.head(), logLoss(seen));
            } else {
                metrics.put("rmse." + label.head(), rmse(seen));
            }
        }
        return metrics;
    }

    Judged judge(
            RankingModel model,
            long validationFrom,
            long validationCount,
            long testFrom,
            long testCount,
            long seed) {
        List<Observations> tuning = score(model, validationFrom, validationCount);
        List<Observations> test = score(model, testFrom, testCount);
        Map<String, Calibration> calibrations = new HashMap<>();
        Evidence evidence = Evidence.NONE.withMetrics(metrics(test));
        for (int h = 0; h < test.size(); h++) {
            Label label = plan.labels().get(h);
            if (label.loss() != Loss.LOG
                    || tuning.get(h).size() < CalibrationFit.OBSERVATIONS_MIN) {
                continue;
            }
            Calibration fit = CalibrationFit.isotonic(tuning.get(h));
            calibrations.put(label.head(), fit);
            if (test.get(h).size() >= BINS) {
                double[] calibrated = Arrays.stream(test.get(h).scores()).map(fit::apply).toArray();
                Observations after = new Observations(calibrated, test.get(h).labels());
                evidence =
                        evidence.withCalibration(
                                label.head(), Reliability.of(label.head(), after, BINS, seed));
            }
        }
        return new Judged(evidence, new Calibrators(model.version(), calibrations));
    }

    /// Scores and targets of some rows, head by head.
    private List<Observations> score(RankingModel model, long from, long count) {
        int heads = plan.labels().size();
        double[][] scores = new double[heads][(int) count];
        double[][] targets = new double[heads][(int) count];
        Kernels kernels = Kernels.ofThisMachine();
        Rows rows = new Rows(RankerBatches.schema(plan));
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        kernels);
        int done = 0;
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(1);
                LogReader reader = plan.data().view().reader(RankerBatches.columns(plan))) {
            while (done < count) {
                rows.clear();
                int size = (int) Math.min(READ_ROWS, count - done);
                reader.read(plan.data().view().firstRow() + from + done, size, rows);
                for (int row = 0; row < size; row++) {
                    ScoredBatch scored =
                            session.replay(RankerBatches.vector(plan, rows, row), ranker.kernel());
                    for (int h = 0; h < heads; h++) {
                        scores[h][done] = scored.size() == 1 ? scored.score(0, h) : 0;
                        targets[h][done] = RankerBatches.target(rows, row, plan.labels().get(h));
                    }
                    done++;
                }
            }
        }
        List<Observations> byHead = new ArrayList<>();
        for (int h = 0; h < heads; h++) {
            byHead.add(new Observations(scores[h], targets[h]));
        }
        return byHead;
    }

    private static OptionalDouble auc(Observations seen) {
        List<Double> positives = new ArrayList<>();
        List<Double> negatives = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            (seen.labels()[i] > 0 ? positives : negatives).add(seen.scores()[i]);
        }
        if (positives.isEmpty() || negatives.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Auc.of(array(positives), array(negatives)));
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double logLoss(Observations seen) {
        double sum = 0;
        for (int i = 0; i < seen.size(); i++) {
            double p = Math.clamp(seen.scores()[i], PROBABILITY_MIN, 1 - PROBABILITY_MIN);
            sum -= seen.labels()[i] > 0 ? Math.log(p) : Math.log1p(-p);
        }
        return sum / seen.size();
    }

    private static double rmse(Observations seen) {
        double sum = 0;
        for (int i = 0; i < seen.size(); i++) {
            double off = seen.scores()[i] - seen.labels()[i];
            sum += off * off;
        }
        return Math.sqrt(sum / seen.size());
    }
}
