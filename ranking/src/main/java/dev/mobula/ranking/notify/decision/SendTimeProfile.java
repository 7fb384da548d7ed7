package dev.mobula.ranking.notify.decision;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Arrays;

/// When a person opens messages: a rate for each hour of the week, on Monday's first hour onwards.
public final class SendTimeProfile {
    /*
     * Beta-binomial: in each hour the person's opens join so many imagined ones that behave as the
     * segment does. Exposures weigh 1 / (probability with which the old policy sent at that hour), so
     * hours it liked do not look better than they are. Neighbouring hours share what they know through
     * a circular kernel, because a week of one person holds few messages.
     */
    public static final int HOURS = 168;

    private static final double[] KERNEL = {0.5, 0.2, 0.05};
    private static final double WEIGHT_MAX = 50;
    private static final double USUAL_RATE = 0.1;
    private static final double USUAL_WEIGHT = 10;

    private final double[] opens = new double[HOURS];
    private final double[] exposures = new double[HOURS];

    /// Counts a message sent at an hour of the week.
    ///
    /// @param propensity the probability with which it was sent at that hour
    public void add(int hourOfWeek, boolean opened, double propensity) {
        if (hourOfWeek < 0 || hourOfWeek >= HOURS || !(propensity > 0 && propensity <= 1)) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "hourOfWeek=" + hourOfWeek + " propensity=" + propensity);
        }
        double weight = Math.min(WEIGHT_MAX, 1 / propensity);
        exposures[hourOfWeek] += weight;
        opens[hourOfWeek] += opened ? weight : 0;
    }

    /// Counts so many messages that came at an hour of the week, and were opened or not; chance had no part in when.
    public void add(int hourOfWeek, long delivered, long opened) {
        if (hourOfWeek < 0 || hourOfWeek >= HOURS || delivered < 0 || opened < 0) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "hourOfWeek=" + hourOfWeek + " delivered=" + delivered + " opened=" + opened);
        }
        exposures[hourOfWeek] += Math.max(delivered, opened);
        opens[hourOfWeek] += opened;
    }

    /// The rate of each hour, for somebody of whose like nothing is known: all hours are alike but for what they showed.
    public double[] rates(double strength) {
        double hits = Arrays.stream(opens).sum();
        double all = Arrays.stream(exposures).sum();
        double[] usual = new double[HOURS];
        Arrays.fill(usual, (hits + USUAL_RATE * USUAL_WEIGHT) / (all + USUAL_WEIGHT));
        return rates(usual, strength);
    }

    /// The rate of each hour.
    ///
    /// @param segment the rates of people like this one
    /// @param strength how many exposures the segment counts for in each hour
    public double[] rates(double[] segment, double strength) {
        if (segment.length != HOURS || !(strength > 0)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "segment hours=" + segment.length + " strength=" + strength);
        }
        double[] rates = new double[HOURS];
        for (int hour = 0; hour < HOURS; hour++) {
            double hits = smooth(opens, hour);
            double all = smooth(exposures, hour);
            rates[hour] = (hits + strength * segment[hour]) / (all + strength);
        }
        return rates;
    }

    private static double smooth(double[] counts, int hour) {
        double sum = KERNEL[0] * counts[hour];
        for (int away = 1; away < KERNEL.length; away++) {
            sum +=
                    KERNEL[away]
                            * (counts[(hour + away) % HOURS]
                                    + counts[(hour + HOURS - away) % HOURS]);
        }
        return sum;
    }
}
