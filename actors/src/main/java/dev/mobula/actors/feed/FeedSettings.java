package dev.mobula.actors.feed;

import java.time.Duration;

/// How pages are made.
///
/// @param budget the time one request may take
/// @param value what a candidate is worth: an expression over the model's heads and `similarity`
/// @param perAuthorMax most items of one author on a page
public record FeedSettings(Duration budget, String value, int perAuthorMax) {
    public FeedSettings {
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException("budget=" + budget + " is not positive");
        }
        if (perAuthorMax < 1) {
            throw new IllegalArgumentException("perAuthorMax=" + perAuthorMax + " is less than 1");
        }
    }

    /// Similarity and the heads of the starter model, three items of an author.
    public static FeedSettings within(Duration budget) {
        return new FeedSettings(budget, "similarity + click + like", 3);
    }
}
