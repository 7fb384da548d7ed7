package dev.mobula.training.closedloop;

import dev.mobula.training.TrainingException;

/// A mean over seeds and its 95 % interval by Student's t; of one seed the interval is everything.
public record Interval(double mean, double halfWidth) {
    private static final double[] T_975 = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042
    };

    public static Interval of(double... values) {
        if (values.length == 0) {
            throw TrainingException.invalid("values", 0, "a mean needs one");
        }
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        if (values.length == 1) {
            return new Interval(mean, Double.POSITIVE_INFINITY);
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        int freedom = values.length - 1;
        double error = Math.sqrt(squares / freedom / values.length);
        return new Interval(mean, T_975[Math.min(freedom, T_975.length) - 1] * error);
    }

    public double lower() {
        return mean - halfWidth;
    }

    public double upper() {
        return mean + halfWidth;
    }
}
