package dev.mobula.actors.loop;

import java.time.Duration;

/// How careful a turn is.
///
/// @param parityRows logged impressions that are scored again
/// @param shadowRequests live requests that the new model scores in shadow
/// @param driftMax how far a head's mean may be from the served one's in shadow
/// @param canaryShare share of the users that the canary answers
/// @param canaryImpressions items that it has to show before it is believed
/// @param heldBackShare share of the users that keep the old version while the new one is watched
/// @param watchImpressions items that the old version has to show meanwhile
/// @param guards when a version has to go
/// @param poll time between two looks
/// @param patience most time for each of shadow, canary and watch
public record LoopSettings(
        int parityRows,
        long shadowRequests,
        double driftMax,
        double canaryShare,
        long canaryImpressions,
        double heldBackShare,
        long watchImpressions,
        Guards guards,
        Duration poll,
        Duration patience) {
    private static final int PARITY_ROWS_MAX = 100_000;

    public LoopSettings {
        require("parityRows", parityRows, 1, PARITY_ROWS_MAX);
        require("shadowRequests", (double) shadowRequests, 1, 1e12);
        require("driftMax", driftMax, 0, Double.MAX_VALUE);
        require("canaryShare", canaryShare, 0.001, 0.5);
        require("canaryImpressions", (double) canaryImpressions, 1, 1e12);
        require("heldBackShare", heldBackShare, 0.001, 0.5);
        require("watchImpressions", (double) watchImpressions, 1, 1e12);
        if (!poll.isPositive() || patience.compareTo(poll) < 0) {
            throw new IllegalArgumentException(
                    "poll=" + poll + ", patience=" + patience + ": 0 < poll <= patience");
        }
    }

    /// Two hundred logged rows, a thousand requests in shadow, a canary of 5 %, a watch with 10 % held back; a look every
    /// ten seconds, a day for each.
    public static LoopSettings standard() {
        return new LoopSettings(
                200,
                1_000,
                0.25,
                0.05,
                10_000,
                0.1,
                10_000,
                Guards.standard(),
                Duration.ofSeconds(10),
                Duration.ofDays(1));
    }

    private static void require(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    field + "=" + value + " is outside " + least + ".." + most);
        }
    }

    public LoopSettings withParity(int rows) {
        return new LoopSettings(
                rows,
                shadowRequests,
                driftMax,
                canaryShare,
                canaryImpressions,
                heldBackShare,
                watchImpressions,
                guards,
                poll,
                patience);
    }

    public LoopSettings withShadow(long requests, double drift) {
        return new LoopSettings(
                parityRows,
                requests,
                drift,
                canaryShare,
                canaryImpressions,
                heldBackShare,
                watchImpressions,
                guards,
                poll,
                patience);
    }

    public LoopSettings withCanary(double share, long impressions) {
        return new LoopSettings(
                parityRows,
                shadowRequests,
                driftMax,
                share,
                impressions,
                heldBackShare,
                watchImpressions,
                guards,
                poll,
                patience);
    }

    public LoopSettings withWatch(double share, long impressions) {
        return new LoopSettings(
                parityRows,
                shadowRequests,
                driftMax,
                canaryShare,
                canaryImpressions,
                share,
                impressions,
                guards,
                poll,
                patience);
    }

    public LoopSettings withGuards(Guards newGuards) {
        return new LoopSettings(
                parityRows,
                shadowRequests,
                driftMax,
                canaryShare,
                canaryImpressions,
                heldBackShare,
                watchImpressions,
                newGuards,
                poll,
                patience);
    }

    public LoopSettings withTimes(Duration newPoll, Duration newPatience) {
        return new LoopSettings(
                parityRows,
                shadowRequests,
                driftMax,
                canaryShare,
                canaryImpressions,
                heldBackShare,
                watchImpressions,
                guards,
                newPoll,
                newPatience);
    }
}
