package dev.mobula.training.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Curves learned from volumes that were drawn at random, against the world that the people came from.
final class VolumeCurvesTest {
    private static final int ROWS = 40_000;
    private static final int SENDS_MAX = 6;
    private static final double BEND = 0.7;
    private static final double EMAIL_SHARE = 0.4;

    /// Who comes anyway has a high first feature, who answers a high second one, who leaves a high third one.
    private static double active(double[] x, int[] k) {
        double anyway = 1 / (1 + Math.exp(-(1.2 * x[0] - 0.4)));
        double volume =
                (k[0] == 0 ? 0 : Math.pow(k[0], BEND))
                        + (k[1] == 0 ? 0 : EMAIL_SHARE * Math.pow(k[1], BEND));
        return 1 - (1 - anyway) * Math.exp(-Math.exp(0.8 * x[1] - 2) * volume);
    }

    private static double disabled(double[] x, int k) {
        return 1 - Math.exp(-(Math.exp(0.9 * x[2] - 5) * k + Math.exp(-6) * k * k));
    }

    private static VolumeLog log(long seed, int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] features = new double[rows][];
        int[][] sends = new int[rows][];
        double[] propensity = new double[rows];
        boolean[] active = new boolean[rows];
        boolean[] disabled = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            features[row] = person(random);
            sends[row] = new int[] {random.nextInt(SENDS_MAX + 1), random.nextInt(SENDS_MAX + 1)};
            propensity[row] = 1.0 / (SENDS_MAX + 1) / (SENDS_MAX + 1);
            active[row] = random.nextDouble() < active(features[row], sends[row]);
            int total = sends[row][0] + sends[row][1];
            disabled[row] = random.nextDouble() < disabled(features[row], total);
        }
        return new VolumeLog(features, sends, propensity, active, disabled);
    }

    private static double[] person(SplittableRandom random) {
        return new double[] {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
    }

    @Test
    void theCurvesOfTheWorldAreFoundAgain() {
        VolumeLog log = log(1, ROWS);
        ResponseCurves curves = ResponseCurves.fit(log, 1);
        assertThat(curves.bend()).isCloseTo(BEND, within(0.12));
        SplittableRandom random = new SplittableRandom(9);
        double gainError = 0;
        for (int i = 0; i < 1_000; i++) {
            double[] x = person(random);
            int[] k = {random.nextInt(SENDS_MAX), random.nextInt(SENDS_MAX)};
            assertThat(curves.active(x, k)).isCloseTo(active(x, k), within(0.08));
            int[] more = {k[0] + 1, k[1]};
            gainError += Math.abs(curves.gain(x, 0, k) - (active(x, more) - active(x, k))) / 1_000;
        }
        assertThat(gainError).as("mean error of what one message adds").isLessThan(0.01);
        VolumeLog others = log(2, 5_000);
        ResponseCurves blind = ResponseCurves.fit(without(log), 1);
        assertThat(curves.logLikelihood(others))
                .isGreaterThan(blind.logLikelihood(without(others)) + 0.02);
    }

    /// The same people, nothing known of them.
    private static VolumeLog without(VolumeLog log) {
        return new VolumeLog(
                new double[log.rows()][0],
                log.sends(),
                log.propensity(),
                log.active(),
                log.disabled());
    }

    @Test
    void theHazardOfTheWorldIsFoundAgain() {
        DisableHazard hazard = DisableHazard.fit(log(3, ROWS), 1);
        SplittableRandom random = new SplittableRandom(9);
        double error = 0;
        double chance = 0;
        for (int i = 0; i < 1_000; i++) {
            double[] x = person(random);
            int k = random.nextInt(1, 2 * SENDS_MAX);
            error += Math.abs(hazard.chance(x, k) - disabled(x, k)) / 1_000;
            chance += disabled(x, k) / 1_000;
        }
        assertThat(error).isLessThan(0.15 * chance);
        assertThat(hazard.chance(person(random), 0)).isLessThan(1e-6);
        DisableHazard again = DisableHazard.of(3, hazard.parameters());
        assertThat(again.chance(new double[] {1, 2, 0}, 4))
                .isEqualTo(hazard.chance(new double[] {1, 2, 0}, 4));
    }

    /// A plan by the learned curves, judged by the true ones, beside the best plan and beside one for all.
    @Test
    void plansByLearnedCurvesEarnNearlyWhatTheTrueOnesWould() {
        VolumeLog log = log(4, ROWS);
        VolumePlanner planner =
                new VolumePlanner(
                        ResponseCurves.fit(log, 1),
                        DisableHazard.fit(log, 1),
                        1,
                        0.002,
                        0.9,
                        12,
                        SENDS_MAX);
        SplittableRandom random = new SplittableRandom(5);
        double planned = 0;
        double best = 0;
        double[] everybody = new double[SENDS_MAX + 1];
        for (int i = 0; i < 3_000; i++) {
            double[] x = person(random);
            double[] worth = trueWorths(x);
            planned += worth[planner.plan(x).sends()];
            best += Arrays.stream(worth).max().orElse(0);
            for (int k = 0; k <= SENDS_MAX; k++) {
                everybody[k] += worth[k];
            }
        }
        double oneForAll = Arrays.stream(everybody).max().orElse(0);
        assertThat(planned).isGreaterThan(0.97 * best).isGreaterThan(oneForAll);
    }

    /// What each volume is worth, with what is lost with the person at the best of them.
    private static double[] trueWorths(double[] x) {
        double ahead = 0.9 * (1 - Math.pow(0.9, 12)) / 0.1;
        double lifetime = 0;
        double[] worth = new double[SENDS_MAX + 1];
        for (int round = 0; round < 3; round++) {
            for (int k = 0; k <= SENDS_MAX; k++) {
                worth[k] =
                        active(x, new int[] {k, 0})
                                - active(x, new int[] {0, 0})
                                - 0.002 * k
                                - lifetime * disabled(x, k);
            }
            lifetime = ahead * Arrays.stream(worth).max().orElse(0);
        }
        return worth;
    }

    @Test
    void aConcaveCurveIsTheNearestOne() {
        assertThat(ConcaveCurve.of(new double[] {1, 2, 2.5, 2.6}))
                .containsExactly(new double[] {1, 2, 2.5, 2.6}, within(1e-12));
        assertThat(ConcaveCurve.of(new double[] {0, 1, 4, 5, 5}))
                .containsExactly(new double[] {0, 2, 4, 5, 5}, within(1e-12));
        Seeds.forAll(
                200,
                random -> {
                    double[] values = random.doubles(random.nextInt(1, 12), -1, 1).toArray();
                    double[] weight = random.doubles(values.length, 0.1, 3).toArray();
                    double[] curve = ConcaveCurve.of(values, weight);
                    assertThat(curve[0]).isEqualTo(values[0]);
                    for (int k = 2; k < curve.length; k++) {
                        assertThat(curve[k] - curve[k - 1])
                                .isLessThanOrEqualTo(curve[k - 1] - curve[k - 2] + 1e-12);
                    }
                    double near = distance(values, curve, weight);
                    for (int trial = 0; trial < 20; trial++) {
                        double[] other = concave(random, values);
                        assertThat(near)
                                .isLessThanOrEqualTo(distance(values, other, weight) + 1e-12);
                    }
                });
    }

    private static double[] concave(SplittableRandom random, double[] values) {
        double[] steps = random.doubles(Math.max(0, values.length - 1), -2, 2).sorted().toArray();
        double[] curve = values.clone();
        for (int k = 1; k < curve.length; k++) {
            curve[k] = curve[k - 1] + steps[steps.length - k];
        }
        return curve;
    }

    private static double distance(double[] values, double[] curve, double[] weight) {
        return IntStream.range(1, values.length)
                .mapToDouble(
                        k -> {
                            double off = values[k] - values[k - 1] - (curve[k] - curve[k - 1]);
                            return weight[k] * off * off;
                        })
                .sum();
    }

    @Test
    void rowsWithoutAPropensityAreRefused() {
        assertThatThrownBy(
                        () ->
                                new VolumeLog(
                                        new double[][] {{1}},
                                        new int[][] {{1}},
                                        new double[] {0},
                                        new boolean[1],
                                        new boolean[1]))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("row 0 propensity=0");
    }
}
