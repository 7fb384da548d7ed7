package dev.mobula.ranking.experiment;

import static dev.mobula.ranking.experiment.ExperimentPlan.refused;

/// An arm against the control: the difference with its 95 % interval.
///
/// @param difference the arm's value less the control's
public record Comparison(
        double control, double treatment, double difference, double lower, double upper) {
    /// Fewer users than this in an arm say nothing: the interval leans on the central limit theorem.
    public static final long USERS_MIN = 100;

    private static final double NORMAL_975 = 1.959963984540054;

    /// Compares; refused when an arm has too few users.
    public static Comparison of(Moments control, Moments treatment) {
        long least = Math.min(control.users(), treatment.users());
        if (least < USERS_MIN) {
            throw refused("users=" + least + " in an arm is below " + USERS_MIN);
        }
        double difference = treatment.ratio() - control.ratio();
        double half = NORMAL_975 * Math.sqrt(control.variance() + treatment.variance());
        return new Comparison(
                control.ratio(),
                treatment.ratio(),
                difference,
                difference - half,
                difference + half);
    }

    /// Whether the interval leaves out zero.
    public boolean isSignificant() {
        return lower > 0 || upper < 0;
    }

    /// The difference as a share of the control's value.
    public double relative() {
        return control == 0 ? 0 : difference / control;
    }
}
