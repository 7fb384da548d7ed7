package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// How many opportunities a day brings, hour by hour, and what a day so far makes of that.
@SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
public record DayForecast(double[] byHour) {
    /*
     * How many are to come is the forecast's remainder times how far the day is off so far,
     *   (k + seen) / (k + expected so far),
     * a gamma prior worth k opportunities that the forecast is right. A forecast that is off by a third
     * is found out within a few hundred opportunities.
     */
    private static final double PRIOR = 50;
    private static final double DUE = 0.93;

    public DayForecast {
        if (byHour.length == 0
                || !Arrays.stream(byHour).allMatch(hour -> hour >= 0 && hour < 1e15)) {
            throw invalid("expectedByHour", Arrays.toString(byHour), "must be counts");
        }
    }

    /// The same number in each hour.
    public static DayForecast flat(double all) {
        double[] byHour = new double[24];
        Arrays.fill(byHour, all / byHour.length);
        return new DayForecast(byHour);
    }

    public double all() {
        return Arrays.stream(byHour).sum();
    }

    /// How many were expected, so many hours into the day.
    public double until(double hours) {
        double at = Math.clamp(hours, 0.0, byHour.length);
        double sum = 0;
        for (int hour = 0; hour < byHour.length && hour < at; hour++) {
            sum += Math.min(1, at - hour) * byHour[hour];
        }
        return sum;
    }

    /// How many are still to come, when so many were seen.
    public double coming(long seen, double hours) {
        double expected = until(hours);
        return (PRIOR + seen) / (PRIOR + expected) * (all() - expected);
    }

    /// Whether what is to come has changed enough since it was planned for to plan again.
    public static boolean isDue(double planned, double coming) {
        return coming < DUE * planned || coming * DUE > planned;
    }
}
