package dev.mobula.cluster.api;

import static dev.mobula.cluster.api.NotificationBodies.required;

import dev.mobula.actors.notify.PricePlan;
import dev.mobula.actors.notify.PriceSheet;
import dev.mobula.actors.notify.ValueCurves;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.training.price.DayForecast;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Prices, plans and curves as their readers and writers have them.
final class PriceBodies {
    private PriceBodies() {}

    /// @param budgets by name, as in a plan
    @SuppressWarnings("ArrayRecordComponent")
    record SheetBody(
            @Nullable Long version,
            @Nullable Long solvedAtMillis,
            @Nullable List<String> types,
            @Nullable List<String> campaigns,
            @Nullable Integer segments,
            double @Nullable [] prices,
            @Nullable Double bound,
            double @Nullable [] netValues,
            @Nullable Double upperBound,
            @Nullable Double served,
            @Nullable Map<String, Double> budgets,
            double @Nullable [] expectedByHour,
            @Nullable CurvesBody curves) {
        static SheetBody of(PriceSheet sheet) {
            return new SheetBody(
                    sheet.version(),
                    sheet.solvedAtMillis(),
                    sheet.types(),
                    sheet.campaigns(),
                    sheet.segments(),
                    sheet.prices(),
                    sheet.bound(),
                    sheet.netValues(),
                    sheet.upperBound(),
                    sheet.served(),
                    sheet.plan().budgets(),
                    sheet.plan().expectedByHour(),
                    sheet.curves().map(CurvesBody::of).orElse(null));
        }

        PriceSheet sheet() {
            return new PriceSheet(
                    required("version", version, "one more than that of the prices in force"),
                    solvedAtMillis == null ? 0 : solvedAtMillis,
                    types == null ? List.of() : types,
                    campaigns == null ? List.of() : campaigns,
                    segments == null ? 1 : segments,
                    required("prices", prices, "one for each row"),
                    bound == null ? 1 : bound,
                    netValues == null ? new double[] {0} : netValues,
                    upperBound == null ? 0 : upperBound,
                    served == null ? 0 : served,
                    budgets == null || expectedByHour == null
                            ? PricePlan.NONE
                            : new PricePlan(budgets, expectedByHour),
                    Optional.ofNullable(curves).map(CurvesBody::curves),
                    Optional.empty());
        }
    }

    /// @param opportunities of a day, the same number in each hour, unless `expectedByHour` tells them apart
    /// @param dryRun only says what the prices would be worth
    @SuppressWarnings("ArrayRecordComponent")
    record SolveBody(
            @Nullable Map<String, Double> budgets,
            @Nullable Double opportunities,
            double @Nullable [] expectedByHour,
            @Nullable Boolean dryRun) {
        PricePlan plan() {
            Map<String, Double> named = required("budgets", budgets, "channel/PUSH, for example");
            if (expectedByHour != null) {
                return new PricePlan(named, expectedByHour);
            }
            double all = required("opportunities", opportunities, "how many a day brings");
            if (!(all > 0)) {
                throw new RequestProblem("opportunities", all, "must be more than 0");
            }
            return new PricePlan(named, DayForecast.flat(all).byHour());
        }

        boolean publishes() {
            return dryRun == null || !dryRun;
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record CurvesBody(
            @Nullable Integer features,
            @Nullable Integer channels,
            double @Nullable [] response,
            double @Nullable [] disable,
            @Nullable Double visit,
            @Nullable Double message,
            @Nullable Double kept,
            @Nullable Integer periods,
            @Nullable String note) {
        static CurvesBody of(ValueCurves curves) {
            return new CurvesBody(
                    curves.features(),
                    curves.channels(),
                    curves.response(),
                    curves.disable(),
                    curves.visit(),
                    curves.message(),
                    curves.kept(),
                    curves.periods(),
                    null);
        }

        ValueCurves curves() {
            return new ValueCurves(
                    required("features", features, "how many numbers are known of a person"),
                    channels == null ? 1 : channels,
                    required("response", response, "the parameters of the response curves"),
                    required("disable", disable, "the parameters of the disable hazard"),
                    visit == null ? 1 : visit,
                    message == null ? 1e-4 : message,
                    kept == null ? 0.9 : kept,
                    periods == null ? 12 : periods);
        }
    }
}
