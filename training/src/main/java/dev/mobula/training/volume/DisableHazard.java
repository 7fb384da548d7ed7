package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// How likely a person is to turn messages off, given how many they get.
public final class DisableHazard {
    /*
     *   P(disable | k) = 1 - exp(-(alpha(x) k + beta(x) k^2)),
     * with alpha and beta exponentials of sums over x, so that they are positive: the second message of
     * a day annoys more than the first.
     */
    private static final double USUAL = -6;

    private final int width;
    private final double[] parameters;

    private DisableHazard(int width, double[] parameters) {
        this.width = width;
        this.parameters = parameters;
    }

    /// Learns from people whose messages were drawn at random.
    public static DisableHazard fit(VolumeLog log, double ridge) {
        int width = log.width();
        double[] start = new double[2 * (width + 1)];
        start[width] = USUAL;
        start[2 * width + 1] = USUAL;
        double[] found =
                Hazards.fit(
                        log.disabled(),
                        start,
                        ridge,
                        (row, parameters, slope) ->
                                hazard(log.features()[row], log.total(row), parameters, slope));
        return new DisableHazard(width, found);
    }

    /// A hazard that was fitted before, from [#parameters].
    public static DisableHazard of(int width, double[] parameters) {
        if (parameters.length != 2 * (width + 1)
                || !Arrays.stream(parameters).allMatch(Double::isFinite)) {
            throw invalid(
                    "hazard parameters",
                    parameters.length,
                    "must be " + 2 * (width + 1) + " numbers");
        }
        return new DisableHazard(width, parameters.clone());
    }

    /// Weights of what each message risks, and of what its number adds.
    public double[] parameters() {
        return parameters.clone();
    }

    private static double hazard(double[] x, double sends, double[] w, double[] slope) {
        double each = sends * Math.exp(Hazards.sum(w, 0, x));
        double number = sends * sends * Math.exp(Hazards.sum(w, x.length + 1, x));
        Hazards.slopes(slope, 0, x, each);
        Hazards.slopes(slope, x.length + 1, x, number);
        return each + number;
    }

    /// The chance of turning messages off with so many of them.
    public double chance(double[] x, double sends) {
        if (x.length != width) {
            throw invalid("features", x.length, "must be " + width);
        }
        return -Math.expm1(-hazard(x, sends, parameters, new double[parameters.length]));
    }

    public int width() {
        return width;
    }

    /// The mean logarithm of the likelihood of a log.
    public double logLikelihood(VolumeLog log) {
        double sum = 0;
        double[] slope = new double[parameters.length];
        for (int row = 0; row < log.rows(); row++) {
            double z = hazard(log.features()[row], log.total(row), parameters, slope);
            sum += Hazards.logLikelihood(log.disabled()[row], z);
        }
        return sum / log.rows();
    }
}
