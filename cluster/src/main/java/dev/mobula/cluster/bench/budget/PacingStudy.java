package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.price.PacedDay;
import java.util.function.DoubleUnaryOperator;

/// Simulated days whose forecasts are right, off by a third, off ten times, or miss a rush: what prices that are followed
/// lose of what could be earned, and that no budget is overspent.
public final class PacingStudy {
    private static final double[] NEAR = {1 / 1.3, 1, 1.3};
    private static final double[] FAR = {0.1, 10};
    private static final double SERVED_PERCENT_MIN = 99;

    /// Among fewer, budgets of a few messages end a unit or two off whatever anyone does.
    private static final int PEOPLE_CHECKED = 20_000;

    private static final double FULL = 1 + 1e-9;

    private PacingStudy() {}

    /// Runs a day of so many people for each forecast.
    public static void run(Report report, int people) throws InterruptedException {
        Table table =
                Table.of(
                        "forecast",
                        "earned % of the most",
                        "first come %",
                        "messages",
                        "plans",
                        "fullest budget %");
        double least = Double.POSITIVE_INFINITY;
        double fullest = 0;
        for (double forecast : NEAR) {
            PacedDay day = day(table, people, forecast, "x %.2f", PacedDay.EVENLY);
            least = Math.min(least, 100 * day.served());
            fullest = Math.max(fullest, day.fullest());
        }
        double far = Double.POSITIVE_INFINITY;
        for (double forecast : FAR) {
            PacedDay day = day(table, people, forecast, "x %.1f", PacedDay.EVENLY);
            far = Math.min(far, 100 * day.served());
            fullest = Math.max(fullest, day.fullest());
        }
        PacedDay rush = day(table, people, 1, "a rush it misses", PacedDay.RUSH_AT_NOON);
        fullest = Math.max(fullest, rush.fullest());
        report.table(people + " opportunities a day", table)
                .figure("paced_percent_of_bound_least", least)
                .figure("paced_percent_forecast_tenfold_off", far)
                .figure("paced_percent_rush", 100 * rush.served())
                .check(Check.atMost("the fullest budget", fullest, "of it", FULL));
        if (people >= PEOPLE_CHECKED) {
            report.check(
                    Check.atLeast(
                            "earned in a day, forecast off by up to 30 %",
                            least, "%", SERVED_PERCENT_MIN));
        }
    }

    private static PacedDay day(
            Table table, int people, double forecast, String name, DoubleUnaryOperator hours)
            throws InterruptedException {
        PacedDay day = PacedDay.run(people, forecast, hours, 4);
        table.row(
                name.formatted(forecast),
                100 * day.served(),
                100 * day.firstCome() / day.upperBound(),
                day.sent(),
                day.replans(),
                100 * day.fullest());
        return day;
    }
}
