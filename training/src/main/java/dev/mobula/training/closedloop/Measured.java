package dev.mobula.training.closedloop;

/// What one policy came to in one generation.
///
/// @param utility true utility of a request: the expected value of its page
/// @param oracle the same of the best page, on the requests that were judged
/// @param judged the same of the served page, on those requests
/// @param coverage share of the items on offer in that time that somebody viewed
/// @param spamShare share of the viewed items that were spam
/// @param activeShare share of the users who came, by day
public record Measured(
        long requests,
        double utility,
        double oracle,
        double judged,
        double coverage,
        double spamShare,
        double activeShare) {
    /// How far it stays behind the best page of the same moments, per request.
    public double regret() {
        return oracle - judged;
    }
}
