package dev.mobula.training.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.safety.MetaModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.metrics.Auc;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MetaTrainingTest {
    private static final List<String> JUDGES = List.of("text", "actor", "campaign", "graph");
    private static final double[] SHARPNESS = {.8, .4, .6, 0};

    /// Judges of different sharpness; the last one knows nothing, and campaigns are often not known.
    private static double[][] scores(double[] labels, SplittableRandom random) {
        double[][] scores = new double[labels.length][JUDGES.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(5) == 0 ? 1 : 0;
            for (int j = 0; j < scores[i].length; j++) {
                double odds = SHARPNESS[j] * (2 * labels[i] - 1) + random.nextGaussian();
                boolean silent = j == 2 && random.nextInt(2) == 0;
                scores[i][j] = silent ? Double.NaN : 1 / (1 + Math.exp(-odds));
            }
        }
        return scores;
    }

    private static double auc(double[] seen, double[] labels) {
        return Auc.of(of(seen, labels, 1), of(seen, labels, 0));
    }

    private static double[] of(double[] seen, double[] labels, double label) {
        return IntStream.range(0, seen.length)
                .filter(i -> labels[i] == label)
                .mapToDouble(i -> seen[i])
                .toArray();
    }

    private static Map<String, Double> row(double[] scores) {
        return Map.of(
                "text", scores[0], "actor", scores[1], "campaign", scores[2], "graph", scores[3]);
    }

    @Test
    void judgesTogetherAreBetterThanTheBestOfThemAndCalibrated() {
        SplittableRandom random = new SplittableRandom(3);
        double[] labels = new double[4_000];
        MetaModel model = MetaTraining.fit("m1", JUDGES, scores(labels, random), labels);
        double[] truth = new double[4_000];
        double[][] fresh = scores(truth, random);
        double[] together = new double[truth.length];
        double[] text = new double[truth.length];
        double sum = 0;
        for (int i = 0; i < together.length; i++) {
            together[i] = model.score(row(fresh[i]));
            text[i] = fresh[i][0];
            sum += together[i] - truth[i];
        }
        assertThat(auc(together, truth)).isGreaterThan(auc(text, truth) + .02);
        assertThat(sum / together.length).isCloseTo(0, within(.02));
        assertThat(model.weights()).allSatisfy(weight -> assertThat(weight).isNotNegative());
        assertThat(model.weights().get(3)).isLessThan(model.weights().get(0) / 3);
        MetaModel read = MetaModel.parse(model.toJson());
        assertThat(read.score(row(fresh[0]))).isEqualTo(together[0]);
        assertThat(model.score(Map.of())).isBetween(0.0, 1.0);
    }

    @Test
    void tooFewRowsAreRefused() {
        assertThatThrownBy(() -> MetaTraining.fit("m", JUDGES, new double[9][4], new double[9]))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("at least");
    }
}
