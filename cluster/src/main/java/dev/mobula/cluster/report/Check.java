package dev.mobula.cluster.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;

/// One target, the value this very run came to, and whether it holds.
@JsonPropertyOrder({"name", "value", "unit", "goal", "holds"})
public record Check(String name, double value, String unit, String goal, boolean holds) {

    /// Holds when the value is at most the limit; a value that is no number holds nothing.
    public static Check atMost(String name, double value, String unit, double limit) {
        return new Check(name, value, unit, "<= " + plain(limit), value <= limit);
    }

    /// Holds when the value is at least the limit; a value that is no number holds nothing.
    public static Check atLeast(String name, double value, String unit, double limit) {
        return new Check(name, value, unit, ">= " + plain(limit), value >= limit);
    }

    /// Holds when every one of the cases held.
    public static Check all(String name, long held, long cases) {
        return new Check(name, held, "of " + cases, "= " + cases, held == cases && cases > 0);
    }

    private static String plain(double limit) {
        return limit == Math.rint(limit) && Math.abs(limit) < 1e15
                ? Long.toString((long) limit)
                : String.format(Locale.ROOT, "%s", limit);
    }
}
