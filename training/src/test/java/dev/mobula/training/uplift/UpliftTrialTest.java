package dev.mobula.training.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class UpliftTrialTest {
    private static final int PEOPLE = 40_000;

    private final double[][] features = new double[PEOPLE][];
    private final int[] arm = new int[PEOPLE];
    private final boolean[] responded = new boolean[PEOPLE];

    /// The active come anyway; the message adds most to those who are far along the second feature.
    private void draw(long seed, double gain) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < PEOPLE; i++) {
            features[i] = new double[] {random.nextGaussian(), random.nextGaussian()};
            arm[i] = random.nextInt(2);
            responded[i] = random.nextDouble() < chance(features[i], arm[i], gain);
        }
    }

    private static double chance(double[] x, int arm, double gain) {
        return 1 / (1 + Math.exp(2.5 - 1.5 * x[0] - gain * arm * x[1]));
    }

    @Test
    void aFitFindsTheWeightsThatMadeTheRows() {
        draw(1, 0);
        LogisticModel model = LogisticModel.fit(features, responded, 1e-3);
        for (int i = 0; i < 100; i++) {
            assertThat(model.chance(features[i]))
                    .isCloseTo(chance(features[i], 0, 0), within(0.02));
        }
        assertThatThrownBy(() -> model.chance(new double[3]))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("features=3");
    }

    @Test
    void choosingByUpliftBeatsChoosingByResponseAndItsIntervalHoldsTheTruth() {
        draw(2, 0.8);
        SplittableRandom random = new SplittableRandom(3);
        UpliftTrial trial = new UpliftTrial(features, arm, responded, 1, random);
        UpliftTrial.Added uplift = trial.added(UpliftTrial.Rule.UPLIFT, 0.2, random);
        UpliftTrial.Added better =
                trial.difference(UpliftTrial.Rule.UPLIFT, UpliftTrial.Rule.RESPONSE, 0.2, random);
        assertThat(better.perThousand()).isGreaterThan(better.margin());
        assertThat(uplift.perThousand()).isCloseTo(best(0.2), within(2 * uplift.margin()));
    }

    /// What the best fifth really adds.
    private double best(double budget) {
        double[] added = new double[PEOPLE];
        for (int i = 0; i < PEOPLE; i++) {
            added[i] = chance(features[i], 1, 0.8) - chance(features[i], 0, 0.8);
        }
        Arrays.sort(added);
        double sum = 0;
        for (int i = PEOPLE - (int) (budget * PEOPLE); i < PEOPLE; i++) {
            sum += added[i];
        }
        return 1_000 * sum / PEOPLE;
    }

    @Test
    void whereNothingIsAddedTheIntervalHoldsZero() {
        int held = 0;
        for (int seed = 0; seed < 20; seed++) {
            draw(100 + seed, 0);
            SplittableRandom random = new SplittableRandom(seed);
            UpliftTrial.Added added =
                    new UpliftTrial(features, arm, responded, 1, random)
                            .added(UpliftTrial.Rule.UPLIFT, 0.3, random);
            held += Math.abs(added.perThousand()) <= added.margin() ? 1 : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(16);
    }
}
