package dev.mobula.actors.notify;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.decision.OpportunityCost;
import dev.mobula.ranking.notify.decision.Prices;
import dev.mobula.ranking.notify.decision.Rows;
import java.util.List;
import java.util.Optional;

/// One version of all prices, with the names of what they are prices of, and how good they are.
///
/// @param types the message types with a budget of their own; any other costs nothing of that kind
/// @param prices by row: types, one row for all other types, campaigns, channels, segments, channel and hour, complaints
/// @param bound the highest price that makes sense: the value of the best message there is
/// @param netValues what opportunities were worth of late, for the cost of spending one of the last messages of a day
/// @param upperBound no way of spending the budgets is worth more; 0 when nobody solved for these prices
/// @param served what these prices are worth when they are used; 0 when nobody tried
/// @param plan the budgets they were solved for; none when they were set by hand
/// @param curves what messages add and cost, where callers tell of people instead of values
/// @param rule whether to send, learned from the log; none when worth alone says it
@SuppressWarnings("ArrayRecordComponent")
public record PriceSheet(
        long version,
        long solvedAtMillis,
        List<String> types,
        List<String> campaigns,
        int segments,
        double[] prices,
        double bound,
        double[] netValues,
        double upperBound,
        double served,
        PricePlan plan,
        Optional<ValueCurves> curves,
        Optional<LearnedRule> rule) {
    static final Codec<PriceSheet> CODEC =
            new Codec<>() {
                @Override
                public void write(PriceSheet value, MessageWriter out) {
                    out.writeLong(value.version)
                            .writeLong(value.solvedAtMillis)
                            .writeStrings(value.types)
                            .writeStrings(value.campaigns)
                            .writeInt(value.segments)
                            .writeDoubles(value.prices)
                            .writeDouble(value.bound)
                            .writeDoubles(value.netValues)
                            .writeDouble(value.upperBound)
                            .writeDouble(value.served)
                            .writeNumbersByName(value.plan.budgets())
                            .writeDoubles(value.plan.expectedByHour())
                            .writeOptional(value.curves, (to, curves) -> curves.write(to))
                            .writeOptional(value.rule, (to, rule) -> rule.write(to));
                }

                @Override
                public PriceSheet read(MessageReader in) {
                    return new PriceSheet(
                            in.readLong(),
                            in.readLong(),
                            in.readStrings(),
                            in.readStrings(),
                            in.readInt(),
                            in.readDoubles(),
                            in.readDouble(),
                            in.readDoubles(),
                            in.readDouble(),
                            in.readDouble(),
                            new PricePlan(in.readNumbersByName(), in.readDoubles()),
                            in.readOptional(ValueCurves::read),
                            in.hasMore() ? in.readOptional(LearnedRule::read) : Optional.empty());
                }
            };

    /// Prices that were set by hand.
    public PriceSheet(
            long version,
            long solvedAtMillis,
            List<String> types,
            List<String> campaigns,
            int segments,
            double[] prices,
            double bound,
            double[] netValues,
            double upperBound,
            double served) {
        this(
                version,
                solvedAtMillis,
                types,
                campaigns,
                segments,
                prices,
                bound,
                netValues,
                upperBound,
                served,
                PricePlan.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /// The same prices as the next version, with what is decided by beside them.
    public PriceSheet next(Optional<ValueCurves> otherCurves, Optional<LearnedRule> otherRule) {
        return with(version + 1, otherCurves, otherRule);
    }

    /// The same with another rule.
    public PriceSheet withRule(Optional<LearnedRule> other) {
        return with(version, curves, other);
    }

    private PriceSheet with(
            long number, Optional<ValueCurves> otherCurves, Optional<LearnedRule> otherRule) {
        return new PriceSheet(
                number,
                solvedAtMillis,
                types,
                campaigns,
                segments,
                prices,
                bound,
                netValues,
                upperBound,
                served,
                plan,
                otherCurves,
                otherRule);
    }

    /// Refuses prices that are not numbers, below zero or beyond the bound, before anybody decides by them.
    public PriceSheet {
        types = List.copyOf(types);
        campaigns = List.copyOf(campaigns);
        var _ = Prices.of(version, rows(types, campaigns, segments), prices, bound);
        var _ = OpportunityCost.of(netValues);
    }

    private static Rows rows(List<String> types, List<String> campaigns, int segments) {
        return new Rows(types.size() + 1, campaigns.size(), Channel.values().length, segments);
    }

    /// Nothing costs anything: what holds before the first prices came.
    public static PriceSheet free() {
        Rows rows = rows(List.of(), List.of(), 1);
        return new PriceSheet(
                0, 0, List.of(), List.of(), 1, new double[rows.count()], 1, new double[] {0}, 0, 0);
    }

    public Rows rows() {
        return rows(types, campaigns, segments);
    }

    Prices asPrices() {
        return Prices.of(version, rows(), prices, bound);
    }

    /// The row of a type: its own, or that of all others.
    int type(String name) {
        int at = types.indexOf(name);
        return at < 0 ? types.size() : at;
    }

    /// How far what was served is below what any plan could reach, as a part of itself; 0 when nobody tried.
    public double servedGap() {
        return served > 0 ? upperBound / served - 1 : 0;
    }
}
