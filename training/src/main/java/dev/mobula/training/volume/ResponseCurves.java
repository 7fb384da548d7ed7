package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// How likely a person is to come, given how many messages they get: a curve for each person, of what is known of them.
public final class ResponseCurves {
    /*
     *   P(active | k) = p0(x) + (1 - p0(x)) (1 - exp(-A(x) g(k))),   g(k) = sum over c of theta_c k_c^rho
     * with p0 logistic in x, A(x) = exp(a x), theta of the first channel 1, and rho in (0, 1]: the
     * first message does most. The chance of staying away is a product, so its logarithm is a sum,
     *   -log(1 - P) = log(1 + exp(b x)) + A(x) g(k),
     * and both are fitted together as one hazard. What a message adds is (1 - p0) times its own
     * effect: people who come anyway are worth no message, however likely they open it.
     */
    private static final double ROUGH = 1;

    private final int width;
    private final int channels;
    private final double[] parameters;

    private ResponseCurves(int width, int channels, double[] parameters) {
        this.width = width;
        this.channels = channels;
        this.parameters = parameters;
    }

    /// Learns from people whose messages were drawn at random.
    ///
    /// @param ridge how strongly what is not seen in the log is drawn to nothing, in imagined rows
    public static ResponseCurves fit(VolumeLog log, double ridge) {
        int width = log.width();
        int channels = log.channels();
        double[] start = new double[2 * (width + 1) + channels];
        start[2 * width + 1] = -2;
        double[] found =
                Hazards.fit(
                        log.active(),
                        start,
                        ridge,
                        (row, parameters, slope) ->
                                hazard(log.features()[row], log.sends()[row], parameters, slope));
        return new ResponseCurves(width, channels, found);
    }

    /// Curves that were fitted before, from [#parameters].
    public static ResponseCurves of(int width, int channels, double[] parameters) {
        if (parameters.length != 2 * (width + 1) + channels
                || !Arrays.stream(parameters).allMatch(Double::isFinite)) {
            throw invalid(
                    "curve parameters",
                    parameters.length,
                    "must be " + (2 * (width + 1) + channels) + " numbers");
        }
        return new ResponseCurves(width, channels, parameters.clone());
    }

    /// Weights of who comes anyway, of who answers, then of each channel after the first, and of the bend.
    public double[] parameters() {
        return parameters.clone();
    }

    private static double hazard(double[] x, int[] sends, double[] w, double[] slope) {
        double anyway = Hazards.sum(w, 0, x);
        double answer = Math.exp(Hazards.sum(w, x.length + 1, x));
        int rest = 2 * (x.length + 1);
        double bend = bend(w[w.length - 1]);
        double volume = 0;
        double byBend = 0;
        for (int c = 0; c < sends.length; c++) {
            double share = c == 0 ? 1 : Math.exp(w[rest + c - 1]);
            double part = sends[c] == 0 ? 0 : share * Math.pow(sends[c], bend);
            volume += part;
            byBend += sends[c] == 0 ? 0 : part * Math.log(sends[c]);
            if (c > 0) {
                slope[rest + c - 1] = answer * part;
            }
        }
        slope[w.length - 1] = answer * byBend * bend * (1 - bend);
        Hazards.slopes(slope, 0, x, 1 / (1 + Math.exp(-anyway)));
        Hazards.slopes(slope, x.length + 1, x, answer * volume);
        return Math.log1p(Math.exp(anyway)) + answer * volume;
    }

    private static double bend(double parameter) {
        return 1 / (1 + Math.exp(-parameter - ROUGH));
    }

    /// The chance of coming with so many messages on each channel.
    public double active(double[] x, int... sends) {
        return -Math.expm1(-hazard(checked(x, sends), sends, parameters, scratch()));
    }

    /// What one more message on a channel adds to these.
    public double gain(double[] x, int channel, int... sends) {
        int[] more = sends.clone();
        more[channel]++;
        return active(x, more) - active(x, sends);
    }

    private double[] checked(double[] x, int[] sends) {
        if (x.length != width || sends.length != channels) {
            throw invalid(
                    "features, channels",
                    x.length + ", " + sends.length,
                    "must be " + width + " and " + channels);
        }
        return x;
    }

    private double[] scratch() {
        return new double[parameters.length];
    }

    /// The exponent of the number of messages: 1 when each does as much as the first.
    public double bend() {
        return bend(parameters[parameters.length - 1]);
    }

    public int width() {
        return width;
    }

    public int channels() {
        return channels;
    }

    /// The mean logarithm of the likelihood of a log, which should be another than the one they were fitted to.
    public double logLikelihood(VolumeLog log) {
        double sum = 0;
        double[] slope = scratch();
        for (int row = 0; row < log.rows(); row++) {
            double[] x = checked(log.features()[row], log.sends()[row]);
            double z = hazard(x, log.sends()[row], parameters, slope);
            sum += Hazards.logLikelihood(log.active()[row], z);
        }
        return sum / log.rows();
    }
}
