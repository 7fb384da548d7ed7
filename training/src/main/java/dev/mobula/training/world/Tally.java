package dev.mobula.training.world;

/// What a stretch of a simulation came to, counted.
///
/// @param visits visits begun
/// @param requests pages served
/// @param impressions items viewed
/// @param actions clicks, likes, replies, follows, hides and reports
/// @param spamImpressions viewed items that were spam
/// @param trueUtility the pages' expected value added up: no luck in it
/// @param value what users' actions were worth, added up
/// @param left users who left for good
/// @param activeUserDays users who came, counted once a day, added up over the days
public record Tally(
        long visits,
        long requests,
        long impressions,
        long actions,
        long clicks,
        long hides,
        long reports,
        long spamImpressions,
        double trueUtility,
        double value,
        long left,
        long activeUserDays) {
    /// Nothing yet.
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Everything that happened: visits, requests, impressions and actions.
    public long events() {
        return visits + requests + impressions + actions;
    }

    public double utilityPerRequest() {
        return trueUtility / Math.max(1, requests);
    }

    /// What came after an earlier tally of the same simulation.
    public Tally since(Tally earlier) {
        return new Tally(
                visits - earlier.visits,
                requests - earlier.requests,
                impressions - earlier.impressions,
                actions - earlier.actions,
                clicks - earlier.clicks,
                hides - earlier.hides,
                reports - earlier.reports,
                spamImpressions - earlier.spamImpressions,
                trueUtility - earlier.trueUtility,
                value - earlier.value,
                left - earlier.left,
                activeUserDays - earlier.activeUserDays);
    }
}
