package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.decision.Rows;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.price.DayForecast;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a day may use of each shared budget, and how many opportunities it is expected to bring.
///
/// Budgets have names: `type/NAME`, `type/*` for all other types, `campaign/NAME`, `channel/PUSH`, `segment/3`,
/// `hour/PUSH/8` for what goes out on a channel within an hour of the day (UTC), and `complaints`, by how much all messages
/// together may exceed the rate of complaints to stay below; usually 0. What is not named is not bounded.
///
/// @param expectedByHour the forecast of opportunities
@SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
public record PricePlan(Map<String, Double> budgets, double[] expectedByHour) {
    static final String OTHERS = "*";
    static final double UNBOUNDED = -1;

    private static final int BUDGETS_MAX = 10_000;
    private static final int SEGMENTS_MAX = 1_000;
    static final String TYPE = "type/";
    static final String CAMPAIGN = "campaign/";
    static final String CHANNEL = "channel/";
    static final String SEGMENT = "segment/";
    static final String HOUR = "hour/";
    static final String COMPLAINTS = "complaints";

    /// What no budget was given for.
    public static final PricePlan NONE = new PricePlan(Map.of(), new double[Rows.HOURS]);

    public PricePlan {
        budgets = Map.copyOf(budgets);
        if (budgets.size() > BUDGETS_MAX) {
            throw RetrievalException.invalid(
                    "budgets", budgets.size(), "must be at most " + BUDGETS_MAX);
        }
        budgets.forEach(PricePlan::require);
        if (expectedByHour.length != Rows.HOURS) {
            throw RetrievalException.invalid(
                    "expectedByHour", expectedByHour.length, "must be 24 numbers");
        }
        var _ = new DayForecast(expectedByHour);
    }

    private static void require(String name, double budget) {
        if (!(budget >= 0 && budget < 1e15)) {
            throw RetrievalException.invalid("budget " + name, budget, "must be 0 or more");
        }
        boolean known =
                name.equals(COMPLAINTS)
                        || (name.startsWith(TYPE) && name.length() > TYPE.length())
                        || (name.startsWith(CAMPAIGN) && name.length() > CAMPAIGN.length())
                        || (name.startsWith(CHANNEL) && isChannel(name.substring(CHANNEL.length())))
                        || (name.startsWith(SEGMENT)
                                && isBelow(name.substring(SEGMENT.length()), SEGMENTS_MAX))
                        || (name.startsWith(HOUR) && isHour(name.substring(HOUR.length())));
        if (!known) {
            throw RetrievalException.invalid(
                    "budget",
                    name,
                    "must be type/NAME, campaign/NAME, channel/CHANNEL, segment/NUMBER, hour/CHANNEL/HOUR or"
                            + " complaints");
        }
    }

    private static boolean isChannel(String name) {
        return Arrays.stream(Channel.values()).anyMatch(channel -> channel.name().equals(name));
    }

    private static boolean isHour(String name) {
        int slash = name.indexOf('/');
        return slash > 0
                && isChannel(name.substring(0, slash))
                && isBelow(name.substring(slash + 1), Rows.HOURS);
    }

    private static boolean isBelow(String digits, int bound) {
        return digits.matches("0|[1-9][0-9]{0,3}") && Integer.parseInt(digits) < bound;
    }

    boolean isNone() {
        return budgets.isEmpty();
    }

    DayForecast forecast() {
        return new DayForecast(expectedByHour);
    }

    /// The types with a budget of their own, in the order of their rows.
    List<String> types() {
        return named(TYPE).stream().filter(name -> !name.equals(OTHERS)).toList();
    }

    List<String> campaigns() {
        return named(CAMPAIGN);
    }

    int segments() {
        return 1 + named(SEGMENT).stream().mapToInt(Integer::parseInt).max().orElse(0);
    }

    private List<String> named(String kind) {
        return new TreeMap<>(budgets)
                .keySet().stream()
                        .filter(name -> name.startsWith(kind))
                        .map(name -> name.substring(kind.length()))
                        .toList();
    }

    Rows rows() {
        return new Rows(
                types().size() + 1, campaigns().size(), Channel.values().length, segments());
    }

    /// The budget of each row, [#UNBOUNDED] where there is none.
    double[] byRow() {
        Rows rows = rows();
        double[] byRow = new double[rows.count()];
        Arrays.fill(byRow, UNBOUNDED);
        List<String> types = types();
        for (int i = 0; i <= types.size(); i++) {
            byRow[rows.type(i)] = budget(TYPE + (i < types.size() ? types.get(i) : OTHERS));
        }
        List<String> campaigns = campaigns();
        for (int i = 0; i < campaigns.size(); i++) {
            byRow[rows.campaign(i)] = budget(CAMPAIGN + campaigns.get(i));
        }
        for (int i = 0; i < rows.segments(); i++) {
            byRow[rows.segment(i)] = budget(SEGMENT + i);
        }
        for (Channel channel : Channel.values()) {
            int at = channel.code() - 1;
            byRow[rows.channel(at)] = budget(CHANNEL + channel);
            for (int hour = 0; hour < Rows.HOURS; hour++) {
                byRow[rows.hour(at, hour)] = budget(HOUR + channel + "/" + hour);
            }
        }
        byRow[rows.complaint()] = budget(COMPLAINTS);
        return byRow;
    }

    private double budget(String name) {
        return budgets.getOrDefault(name, UNBOUNDED);
    }
}
