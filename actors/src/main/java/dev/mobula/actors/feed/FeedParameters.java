package dev.mobula.actors.feed;

import dev.mobula.actors.candidates.SourceKind;
import dev.mobula.ranking.experiment.Assignment;
import dev.mobula.ranking.experiment.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an experiment's arm may change of a page, and what that is for one request.
///
/// `value` (an expression), `candidates`, `perAuthorMax`, `diversity`, `explorationSlots`, `halfLifeHours`, and a quota
/// for every source, such as `quota.trending`.
public final class FeedParameters {
    private static final int VALUE_CHARS_MAX = 4_096;
    private static final String QUOTA = "quota.";
    private static final int QUOTA_MAX = 4_096;
    private static final double HOURS_MAX = 24 * 365.0;
    private static final double MILLIS_PER_HOUR = 3_600_000;

    private final FeedSettings settings;
    private final Parameter.Text value;
    private final Parameter.Whole candidates;
    private final Parameter.Whole perAuthorMax;
    private final Parameter.Real diversity;
    private final Parameter.Whole explorationSlots;
    private final Parameter.Real halfLifeHours;
    private final List<Parameter.Whole> quotas;

    FeedParameters(FeedSettings settings) {
        this.settings = settings;
        FeedSettings.Shape shape = settings.shape();
        value = new Parameter.Text("value", "", VALUE_CHARS_MAX);
        candidates = new Parameter.Whole("candidates", settings.load().candidates(), 1, QUOTA_MAX);
        perAuthorMax = new Parameter.Whole("perAuthorMax", shape.perAuthorMax(), 1, 100_000);
        diversity = new Parameter.Real("diversity", shape.diversity(), 0, 1);
        explorationSlots = new Parameter.Whole("explorationSlots", shape.explorationSlots(), 0, 10);
        double hours = shape.halfLife().toMillis() / MILLIS_PER_HOUR;
        halfLifeHours =
                new Parameter.Real(
                        "halfLifeHours", hours, Math.min(hours, .01), Math.max(hours, HOURS_MAX));
        quotas =
                Arrays.stream(SourceKind.values())
                        .map(kind -> new Parameter.Whole(quota(kind), QUOTA_MAX, 0, QUOTA_MAX))
                        .toList();
    }

    private static String quota(SourceKind kind) {
        return QUOTA + kind.sourceName();
    }

    /// Every parameter, to check a plan of experiments against.
    public static List<Parameter<?>> all(FeedSettings settings) {
        return new FeedParameters(settings).list();
    }

    private List<Parameter<?>> list() {
        List<Parameter<?>> all =
                new ArrayList<>(
                        List.of(
                                value,
                                candidates,
                                perAuthorMax,
                                diversity,
                                explorationSlots,
                                halfLifeHours));
        all.addAll(quotas);
        return all;
    }

    /// The values in force for one request; every stage reads them.
    ///
    /// @param engineValue the expression that the engine has for the surface
    /// @param armsValue the one of an experiment's arm; empty without one
    /// @param quotas most candidates of a source, by its name; a source without one is not limited
    record Tuning(
            String engineValue,
            String armsValue,
            int candidates,
            int perAuthorMax,
            double diversity,
            int explorationSlots,
            double halfLifeMillis,
            Map<String, Integer> quotas) {
        /// An arm's expression, or else that of the bundle whose model answered, or else the engine's.
        String valueWith(String bundles) {
            return !armsValue.isEmpty() ? armsValue : !bundles.isEmpty() ? bundles : engineValue;
        }
    }

    Tuning of(String surface, Assignment assignment) {
        Map<String, Integer> limited = new HashMap<>();
        for (Parameter.Whole quota : quotas) {
            int most = assignment.value(quota);
            if (most < QUOTA_MAX) {
                limited.put(quota.name().substring(QUOTA.length()), most);
            }
        }
        return new Tuning(
                settings.valueOf(surface),
                assignment.value(value),
                assignment.value(candidates),
                assignment.value(perAuthorMax),
                assignment.value(diversity),
                assignment.value(explorationSlots),
                assignment.value(halfLifeHours) * MILLIS_PER_HOUR,
                limited);
    }
}
