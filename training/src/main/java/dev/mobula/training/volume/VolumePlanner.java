package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

/// How many messages a person should get in a period, and what is lost when they turn messages off.
///
/// @param visit what coming once is worth
/// @param message what each message costs beside its risks: what it takes of attention; more than nothing
/// @param kept the part of the worth of a period that the next one still has
/// @param periods how far ahead is looked
/// @param sendsMax the most messages in a period
public record VolumePlanner(
        ResponseCurves curves,
        DisableHazard hazard,
        double visit,
        double message,
        double kept,
        int periods,
        int sendsMax) {
    /*
     *   U(k) = visit P(active | k) - message k - V P(disable | k),
     *   V    = sum over d = 1..periods of kept^d (U(k*) - U(0)),
     * where k* is the best k. V depends on k* and k* on V: three rounds from V = 0 settle it, because
     * V only makes k* smaller and a smaller k* V smaller.
     */
    private static final int ROUNDS = 3;
    private static final int SENDS_MAX = 256;

    public VolumePlanner {
        if (!(message > 0) || !(kept >= 0 && kept < 1) || periods < 1) {
            throw invalid(
                    "message, kept, periods",
                    message + ", " + kept + ", " + periods,
                    "must be more than 0, 0 to 1, and 1 or more");
        }
        if (sendsMax < 1 || sendsMax > SENDS_MAX) {
            throw invalid("sendsMax", sendsMax, "must be 1 to " + SENDS_MAX);
        }
        if (curves.width() != hazard.width()) {
            throw invalid("features", curves.width() + ", " + hazard.width(), "must be alike");
        }
    }

    /// What is planned for a person.
    ///
    /// @param sends the best number of messages on the first channel
    /// @param lifetime what is lost when they turn messages off
    /// @param worth what the plan is worth in a period, over no message at all
    public record Plan(int sends, double lifetime, double worth) {}

    /// The plan for one person.
    public Plan plan(double[] x) {
        double ahead = kept * (1 - Math.pow(kept, periods)) / (1 - kept);
        double lifetime = 0;
        int best = 0;
        double worth = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double[] curve = curve(x, lifetime);
            best = 0;
            for (int k = 1; k < curve.length; k++) {
                best = curve[k] > curve[best] ? k : best;
            }
            worth = curve[best] - curve[0];
            lifetime = ahead * worth;
        }
        return new Plan(best, lifetime, worth);
    }

    /// What 0, 1, 2... messages are worth to one person, each adding no more than the one before.
    public double[] curve(double[] x, double lifetime) {
        double[] values = new double[sendsMax + 1];
        int[] sends = new int[curves.channels()];
        for (int k = 0; k <= sendsMax; k++) {
            sends[0] = k;
            values[k] =
                    visit * curves.active(x, sends) - message * k - lifetime * hazard.chance(x, k);
        }
        return ConcaveCurve.of(values);
    }
}
