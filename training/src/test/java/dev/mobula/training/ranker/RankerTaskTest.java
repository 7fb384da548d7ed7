package dev.mobula.training.ranker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.loop.LocalRun;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.metrics.Auc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RankerTaskTest {
    private static final Map<Integer, String> CATEGORIES = Map.of(0, "town");
    private static final Map<Integer, String> NUMBERS = Map.of(1, "age");

    private static final RankerOptions OPTIONS =
            new RankerOptions(
                    RankerOptions.Family.PLE, 0, 1, List.of(16), List.of(8), 64, 12, 0.01, 0.01, 0);

    /// Two towns and an age: the first task is an exclusive or of town and age, the second a band of ages.
    private static List<List<String>> people(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(
                    List.of(
                            random.nextBoolean() ? "Ulm" : "Bonn",
                            Integer.toString(random.nextInt(100))));
        }
        return rows;
    }

    private static float[] labels(List<String> row) {
        int age = Integer.parseInt(row.get(1));
        return new float[] {
            row.get(0).equals("Ulm") == age >= 50 ? 1f : 0f, age >= 30 && age < 60 ? 1f : 0f
        };
    }

    private static RankerExamples examples(
            TabularFeatures features, List<List<String>> rows, boolean hideSecond) {
        RankerExamples examples = new RankerExamples(features.layout(), List.of("first", "second"));
        for (int i = 0; i < rows.size(); i++) {
            float[] labels = labels(rows.get(i));
            labels[1] = hideSecond ? Float.NaN : labels[1];
            examples.add(features.vector(i, rows.get(i)), labels);
        }
        return examples;
    }

    private static double auc(
            RankerScores scores, TabularFeatures features, List<List<String>> rows, int head) {
        List<FeatureVector> vectors = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            vectors.add(features.vector(i, rows.get(i)));
        }
        float[] given = scores.head(head, vectors);
        List<Double> up = new ArrayList<>();
        List<Double> down = new ArrayList<>();
        for (int i = 0; i < given.length; i++) {
            (labels(rows.get(i))[head] > 0 ? up : down).add((double) given[i]);
        }
        return Auc.of(
                up.stream().mapToDouble(Double::doubleValue).toArray(),
                down.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static RankingModel train(RankerExamples examples) {
        RankerTask task = new RankerTask(examples, OPTIONS);
        LoopSettings settings = task.settings(1);
        return LocalRun.of(
                task,
                settings,
                RunListener.NONE,
                System::nanoTime,
                view -> task.model(view, "test"));
    }

    @Test
    void bothTasksAreLearnedAndServedByTheKernelsOfServing() {
        List<List<String>> rows = people(1_500, 1);
        TabularFeatures features = TabularFeatures.fit("people", rows, CATEGORIES, NUMBERS, 4);
        RankerScores scores = RankerScores.of(train(examples(features, rows, false)));
        List<List<String>> others = people(400, 2);
        assertThat(auc(scores, features, others, 0)).isGreaterThan(0.95);
        assertThat(auc(scores, features, others, 1)).isGreaterThan(0.95);
    }

    @Test
    void aLabelThatIsNotKnownTeachesNothing() {
        List<List<String>> rows = people(600, 1);
        TabularFeatures features = TabularFeatures.fit("people", rows, CATEGORIES, NUMBERS, 4);
        RankerScores scores = RankerScores.of(train(examples(features, rows, true)));
        assertThat(auc(scores, features, people(300, 2), 0)).isGreaterThan(0.9);
        assertThat(auc(scores, features, people(300, 2), 1)).isBetween(0.2, 0.8);
    }

    @Test
    void aValueThatWasNotThereWhenFittingReadsAsUnknown() {
        List<List<String>> rows = people(50, 1);
        TabularFeatures features = TabularFeatures.fit("people", rows, CATEGORIES, NUMBERS, 4);
        FeatureVector vector = features.vector(7, List.of("Oslo", "40"));
        assertThat(features.layout().describe(vector).toString()).contains("town");
        assertThatThrownBy(() -> features.vector(7, List.of("Ulm", "old")))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("age=old");
    }

    @Test
    void optionsOutsideTheirLimitsAreNamed() {
        assertThatThrownBy(
                        () ->
                                new RankerOptions(
                                        RankerOptions.Family.MMOE,
                                        0,
                                        1,
                                        List.of(),
                                        List.of(8),
                                        64,
                                        1,
                                        0.01,
                                        0.01,
                                        0))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("expertHidden=[]");
        List<List<String>> rows = people(5, 1);
        TabularFeatures features = TabularFeatures.fit("people", rows, CATEGORIES, NUMBERS, 4);
        RankerExamples examples = new RankerExamples(features.layout(), List.of("first"));
        assertThatThrownBy(() -> examples.add(features.vector(1, rows.getFirst()), 1f, 0f))
                .hasMessageContaining("labels=2");
        assertThatThrownBy(() -> new RankerTask(examples, OPTIONS))
                .hasMessageContaining("examples=0");
    }
}
