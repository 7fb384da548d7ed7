package dev.mobula.training.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
                    new Blend(counted, counted, random.nextDouble()).scorer().score(history, both);
                    double sum = 0;
                    for (int i = 0; i < 9; i++) {
                        sum += i == history[0] ? 0 : alone[i];
                    }
                    for (int i = 0; i < 9; i++) {
                        double share = i == history[0] || sum == 0 ? 0 : alone[i] / sum;
                        assertThat((double) both[i]).isCloseTo(share, within(1e-6));
                    }
                });
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
