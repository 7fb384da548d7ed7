package dev.mobula.actors.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/*
 * Both versions serve at the same time, to users told apart by a hash, so whatever happens to all users happens to both.
 * A difference counts when it is larger than `deviations` standard errors: the guards look again and again while the
 * canary runs, and three deviations keep a good model from being turned down by one of many looks. A version that fails or
 * is late shows less than its share of the items, which needs no judgement of people.
 */
/// When a version has to go: it earns less than the one beside it, is complained of more, or does not answer its users.
///
/// @param impressionsLeast no judgement before either version showed so many items
/// @param rewardDropMax share of the other's reward that it may fall short of
/// @param complaintRiseMax complaints per item shown that it may have more
/// @param shareLeast part of its expected share of the items that it has to show
/// @param deviations standard errors that a difference must exceed to count
public record Guards(
        long impressionsLeast,
        double rewardDropMax,
        double complaintRiseMax,
        double shareLeast,
        double deviations) {
    public Guards {
        require("impressionsLeast", (double) impressionsLeast, 1, 1e12);
        require("rewardDropMax", rewardDropMax, 0, 1);
        require("complaintRiseMax", complaintRiseMax, 0, 1);
        require("shareLeast", shareLeast, 0, 1);
        require("deviations", deviations, 0, 10);
    }

    /// A thousand items shown, no loss that is beyond chance, half of the share at least.
    public static Guards standard() {
        return new Guards(1_000, 0.02, 0.002, 0.5, 3);
    }

    public Guards withImpressionsLeast(long impressions) {
        return new Guards(impressions, rewardDropMax, complaintRiseMax, shareLeast, deviations);
    }

    private static void require(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    field + "=" + value + " is outside " + least + ".." + most);
        }
    }

    /// Why the candidate has to go; empty while nothing is against it.
    ///
    /// @param share of the users that the candidate has
    public List<String> against(Outcome candidate, Outcome other, double share) {
        List<String> reasons = new ArrayList<>();
        long all = candidate.impressions() + other.impressions();
        double expected = all * share;
        if (expected >= impressionsLeast && candidate.impressions() < shareLeast * expected) {
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "it showed %d items where %.0f were expected: it fails or is late",
                            candidate.impressions(),
                            expected));
        }
        if (Math.min(candidate.impressions(), other.impressions()) < impressionsLeast) {
            return reasons;
        }
        double lost =
                other.reward() - candidate.reward() - rewardDropMax * Math.abs(other.reward());
        if (lost > deviations * Math.hypot(candidate.rewardError(), other.rewardError())) {
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "reward per item shown is %.5f, the other version's %.5f",
                            candidate.reward(),
                            other.reward()));
        }
        double more = candidate.complaints() - other.complaints() - complaintRiseMax;
        if (more > deviations * Math.hypot(candidate.complaintsError(), other.complaintsError())) {
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "complaints per item shown are %.5f, the other version's %.5f",
                            candidate.complaints(),
                            other.complaints()));
        }
        return reasons;
    }
}
