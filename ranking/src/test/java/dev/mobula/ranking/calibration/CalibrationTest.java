package dev.mobula.ranking.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
    @Test
    void isotonicRecoversAKnownDistortionOnDataItHasNotSeen() {
        DoubleUnaryOperator distortion = p -> Math.sqrt(p) * 0.9;
        Observations train = distorted(1, 100_000, distortion);
        Observations test = distorted(2, 100_000, distortion);
        assertThat(error(test)).isGreaterThan(0.1);
        Calibration fitted = CalibrationFit.isotonic(train);
        assertThat(error(apply(fitted, test))).isLessThanOrEqualTo(0.01);
    }

    @Test
    void temperatureRecoversAKnownTemperatureOnDataItHasNotSeen() {
        DoubleUnaryOperator overconfident = p -> Logit.inverse(2.5 * Logit.of(p));
        Observations train = distorted(3, 100_000, overconfident);
        Observations test = distorted(4, 100_000, overconfident);
        Calibration fitted = CalibrationFit.temperature(train);
        assertThat(((Calibration.Temperature) fitted).temperature()).isCloseTo(2.5, within(0.05));
        assertThat(error(test)).isGreaterThan(0.05);
        assertThat(error(apply(fitted, test))).isLessThanOrEqualTo(0.01);
    }

    @Test
    void isotonicIsTheBestNonDecreasingFit() {
        Seeds.forAll(
                30,
                random -> {
                    int n = 120;
                    double[] scores = random.doubles(n).map(s -> Math.floor(s * 40)).toArray();
                    double[] labels = random.doubles(n).map(Math::round).toArray();
                    Observations data = new Observations(scores, labels);
                    Calibration fitted = CalibrationFit.isotonic(data);
                    double best = squaredError(fitted, data);
                    for (double shift : new double[] {-0.05, 0.05}) {
                        double cut = random.nextInt(40);
                        Calibration moved = bent(fitted, scores, cut, shift);
                        assertThat(squaredError(moved, data)).isGreaterThanOrEqualTo(best - 1e-9);
                    }
                });
    }

    /// Another non-decreasing map: everything from `cut` up raised, or everything below it lowered.
    private static Calibration bent(Calibration fitted, double[] scores, double cut, double shift) {
        List<Double> knots = java.util.Arrays.stream(scores).distinct().sorted().boxed().toList();
        List<Double> values = new ArrayList<>();
        for (double knot : knots) {
            boolean moves = shift > 0 ? knot >= cut : knot < cut;
            values.add(fitted.apply(knot) + (moves ? shift : 0));
        }
        return new Calibration.Isotonic(knots, values);
    }

    @Test
    void aCalibrationNeverReversesTwoScores() {
        Seeds.forAll(
                30,
                random -> {
                    double[] scores = random.doubles(200).toArray();
                    double[] labels = random.doubles(200).map(Math::round).toArray();
                    Calibration fitted = CalibrationFit.isotonic(new Observations(scores, labels));
                    double low = random.nextDouble(-1, 2);
                    double high = low + random.nextDouble();
                    assertThat(fitted.apply(low)).isLessThanOrEqualTo(fitted.apply(high));
                });
    }

    @Test
    void aHeadWithoutDataSaysSo() {
        Calibration none = CalibrationFit.isotonic(new Observations(new double[5], new double[5]));
        assertThat(none.isCalibrated()).isFalse();
        assertThat(none.toString()).contains("5 observations");
        Calibrators calibrators =
                new Calibrators("c1", Map.of("click", new Calibration.Temperature(2)));
        assertThat(calibrators.uncalibrated(List.of("click", "hide"))).containsExactly("hide");
    }

    @Test
    void eachHeadIsMappedByItsOwnCalibration() {
        Calibrators calibrators =
                new Calibrators("c1", Map.of("click", new Calibration.Temperature(2)));
        ScoredBatch batch =
                new ScoredBatch(
                        "v1",
                        new KernelIdentity("packed", 8, "1"),
                        List.of("click", "dwell"),
                        new long[] {1, 2},
                        new float[] {0.9f, 30f, 0.5f, 2f},
                        List.of());
        double[] calibrated = calibrators.apply(batch);
        assertThat(calibrated[0]).isCloseTo(0.75, within(1e-6));
        assertThat(calibrated[1]).isEqualTo(30.0);
        assertThat(calibrated[2]).isCloseTo(0.5, within(1e-12));
        assertThat(calibrated[3]).isEqualTo(2.0);
    }

    @Test
    void calibratorsReadBackAsTheyWere() {
        Calibrators calibrators =
                new Calibrators(
                        "c1",
                        Map.of(
                                "a",
                                new Calibration.Temperature(2),
                                "b",
                                new Calibration.Uncalibrated("none"),
                                "c",
                                new Calibration.Isotonic(List.of(0., 1.), List.of(.2, .4))));
        assertThat(Calibrators.parse(calibrators.toJson())).isEqualTo(calibrators);
    }

    @Test
    void aMapThatFallsIsRefusedByItsKnot() {
        assertThatThrownBy(() -> new Calibration.Isotonic(List.of(0., 1.), List.of(.4, .2)))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("falls at knot 1");
    }

    @Test
    void segmentsAreMeasuredByThemselves() {
        Observations good = distorted(5, 20_000, p -> p);
        Observations bad = distorted(6, 20_000, p -> p / 2);
        double[] scores = join(good.scores(), bad.scores());
        double[] labels = join(good.labels(), bad.labels());
        List<String> segments = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            segments.add(i < good.size() ? "good" : "bad");
        }
        List<Reliability> found =
                Reliability.bySegment(new Observations(scores, labels), segments, 10, 1);
        assertThat(found).extracting(Reliability::segment).containsExactly("bad", "good");
        assertThat(found.get(0).lower()).isGreaterThan(0.2);
        assertThat(found.get(1).upper()).isLessThan(0.02);
    }

    @Test
    void intervalsOfTheRateCoverTheTruth() {
        int covered = 0;
        int all = 0;
        for (long seed = 0; seed < 40; seed++) {
            Observations data = distorted(seed, 2_000, p -> p);
            for (Reliability.Bin bin : Reliability.of("all", data, 10, seed).bins()) {
                covered += bin.lower() <= bin.meanScore() && bin.meanScore() <= bin.upper() ? 1 : 0;
                all++;
            }
        }
        assertThat((double) covered / all).isBetween(0.9, 0.99);
    }

    private static double[] join(double[] one, double[] two) {
        double[] all = java.util.Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, all, one.length, two.length);
        return all;
    }

    /// Labels drawn from a probability that the score distorts.
    private static Observations distorted(long seed, int n, DoubleUnaryOperator distortion) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] scores = new double[n];
        double[] labels = new double[n];
        for (int i = 0; i < n; i++) {
            double p = random.nextDouble(0.01, 0.99);
            labels[i] = random.nextDouble() < p ? 1 : 0;
            scores[i] = distortion.applyAsDouble(p);
        }
        return new Observations(scores, labels);
    }

    private static Observations apply(Calibration calibration, Observations data) {
        double[] scores = data.scores().clone();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = calibration.apply(scores[i]);
        }
        return new Observations(scores, data.labels());
    }

    private static double error(Observations data) {
        return Reliability.of("all", data, 15, 1).expectedCalibrationError();
    }

    private static double squaredError(Calibration calibration, Observations data) {
        double sum = 0;
        for (int i = 0; i < data.size(); i++) {
            double error = calibration.apply(data.scores()[i]) - data.labels()[i];
            sum += error * error;
        }
        return sum;
    }
}
