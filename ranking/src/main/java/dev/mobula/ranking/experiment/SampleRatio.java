package dev.mobula.ranking.experiment;

/*
 * Pearson's chi-square against the arms' weights. The tail probability is the regularised upper incomplete gamma function
 * Q(k/2, x/2): its series below the mean, Lentz's continued fraction above (Numerical Recipes 6.2). Absolute error < 1e-10.
 */
/// Whether the users fell into the arms as their weights say; if not, no result of the experiment can be trusted.
///
/// @param probability of a deviation at least this large if the assignment is sound
public record SampleRatio(double chiSquare, double probability) {
    /// Below this probability something is broken: assignment, logging, or the joins.
    public static final double ALARM = 0.001;

    private static final double PRECISION = 1e-12;
    private static final double TINY = 1e-300;
    private static final int TERMS_MAX = 10_000;

    /// Compares counts of users with weights, arm by arm.
    public static SampleRatio of(long[] users, int[] weights) {
        if (users.length != weights.length || users.length < 2) {
            throw ExperimentPlan.refused(
                    "users=" + users.length + " counts do not fit " + weights.length + " weights");
        }
        double total = 0;
        double weightTotal = 0;
        for (int i = 0; i < users.length; i++) {
            total += users[i];
            weightTotal += weights[i];
        }
        if (total == 0) {
            return new SampleRatio(0, 1);
        }
        double chiSquare = 0;
        for (int i = 0; i < users.length; i++) {
            double expected = total * weights[i] / weightTotal;
            chiSquare += (users[i] - expected) * (users[i] - expected) / expected;
        }
        return new SampleRatio(chiSquare, upperGamma((users.length - 1) / 2.0, chiSquare / 2));
    }

    public boolean isBroken() {
        return probability < ALARM;
    }

    private static double upperGamma(double a, double x) {
        if (x <= 0) {
            return 1;
        }
        double scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
        return x < a + 1 ? 1 - scale * series(a, x) : scale * fraction(a, x);
    }

    private static double series(double a, double x) {
        double term = 1 / a;
        double sum = term;
        for (int n = 1; n < TERMS_MAX && term > sum * PRECISION; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return sum;
    }

    private static double fraction(double a, double x) {
        double b = x + 1 - a;
        double c = 1 / TINY;
        double d = 1 / b;
        double h = d;
        for (int n = 1; n < TERMS_MAX; n++) {
            double an = -n * (n - a);
            b += 2;
            d = 1 / nonZero(an * d + b);
            c = nonZero(b + an / c);
            h *= d * c;
            if (Math.abs(d * c - 1) < PRECISION) {
                break;
            }
        }
        return h;
    }

    private static double nonZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    /// The logarithm of the gamma function of a positive multiple of a half.
    private static double logGamma(double a) {
        double log = a == Math.rint(a) ? 0 : Math.log(Math.PI) / 2;
        for (double factor = a - 1; factor > 0; factor--) {
            log += Math.log(factor);
        }
        return log;
    }
}
