package dev.mobula.training.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TransitionsTest {
    /// Random sequences over few items, so that transitions repeat.
    static Sequences random(RandomGenerator random, int users, int items) {
        int[][] itemsOf = new int[users][];
        for (int u = 0; u < users; u++) {
            itemsOf[u] = random.ints(random.nextInt(12), 0, items).toArray();
        }
        return new Sequences(ids(users), ids(items), itemsOf);
    }

    static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    @Test
    void scoresAreTheDefinitionWrittenOut() {
        Seeds.forAll(
                20,
                random -> {
                    Sequences sequences = random(random, 15, 8);
                    Transitions.Options options =
                            new Transitions.Options(
                                    random.nextDouble(),
                                    random.nextDouble(),
                                    random.nextDouble(),
                                    1 + random.nextInt(5));
                    int[] history = random.ints(1 + random.nextInt(9), 0, 8).toArray();
                    float[] scores = new float[8];
                    Transitions.of(sequences, options).scorer().score(history, scores);
                    for (int j = 0; j < 8; j++) {
                        assertThat((double) scores[j])
                                .isCloseTo(slow(sequences, options, history, j), within(1e-4));
                    }
                });
    }

    private static double slow(
            Sequences sequences, Transitions.Options options, int[] history, int target) {
        double score = 0;
        for (int age = 0; age < Math.min(history.length, options.reach()); age++) {
            int item = history[history.length - 1 - age];
            double count = 0;
            double total = 0;
            for (int[] sequence : sequences.itemsOf()) {
                for (int p = 0; p < sequence.length; p++) {
                    for (int gap = 1; gap <= options.reach(); gap++) {
                        if (sequence[p] == item && p + gap < sequence.length) {
                            double weight = Math.pow(options.gapDecay(), gap - 1);
                            total += weight;
                            count += sequence[p + gap] == target ? weight : 0;
                        }
                    }
                }
            }
            if (count > 0) {
                score +=
                        Math.pow(options.ageDecay(), age)
                                * count
                                / Math.pow(total, options.damping());
            }
        }
        return score;
    }

    @Test
    void aBlendOfOneModelWithItselfRanksAsTheModel() {
        Seeds.forAll(
                10,
                random -> {
                    Sequences sequences = random(random, 30, 9);
                    Transitions counted = Transitions.of(sequences, Transitions.Options.usual());
                    int[] history = {random.nextInt(9)};
                    float[] alone = new float[9];
                    float[] both = new float[9];
                    counted.scorer().score(history, alone);
                    double weight = 0.1 + 0.8 * random.nextDouble();
                    new Blend(counted, counted, weight).scorer().score(history, both);
                    for (int i = 0; i < 9; i++) {
                        for (int j = 0; j < 9; j++) {
                            if (i != history[0] && j != history[0] && alone[i] > alone[j]) {
                                assertThat(both[i]).isGreaterThan(both[j]);
                            }
                        }
                    }
                    assertThat(both[history[0]]).isZero();
                });
    }

    @Test
    void aBlendIsTheGeometricMeanOfItsModels() {
        HistoryModel one = given(4, 2, 0, 1);
        HistoryModel other = given(9, 1, 2, 4);
        float[] scores = new float[4];
        new Blend(one, other, 0.25).scorer().score(new int[] {0}, scores);
        double known = Math.pow(1 + 0.01, 0.75) * Math.pow(0.25, 0.25);
        double unknown = Math.pow(0.01, 0.75) * Math.pow(0.5, 0.25);
        assertThat((double) scores[1]).isCloseTo(known, within(1e-6));
        assertThat((double) scores[2]).isCloseTo(unknown, within(1e-6));
        assertThat(scores[0]).isZero();
    }

    private static HistoryModel given(float... values) {
        return new HistoryModel() {
            @Override
            public int items() {
                return values.length;
            }

            @Override
            public Scorer scorer() {
                return (history, scores) -> System.arraycopy(values, 0, scores, 0, values.length);
            }
        };
    }

    @Test
    void theBestWeightIsTheLeastOfTheBest() {
        assertThat(Blend.bestWeight(weight -> -Math.abs(weight - 0.3))).isEqualTo(0.3);
        assertThat(Blend.bestWeight(weight -> 1)).isZero();
    }

    @Test
    void optionsOutsideTheirLimitsAreNamed() {
        assertThatThrownBy(() -> new Transitions.Options(1.1, 0.5, 0.5, 5))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("gapDecay=1.1");
        assertThatThrownBy(() -> new Transitions.Options(1, 0.5, 0.5, 0))
                .hasMessageContaining("reach=0");
        Transitions one = Transitions.of(random(new java.util.Random(1), 3, 4), usual());
        Transitions other = Transitions.of(random(new java.util.Random(1), 3, 5), usual());
        assertThatThrownBy(() -> new Blend(one, other, 0.5)).hasMessageContaining("must be 4");
        assertThatThrownBy(() -> new Blend(one, one, 2)).hasMessageContaining("weight=2");
    }

    private static Transitions.Options usual() {
        return Transitions.Options.usual();
    }
}
