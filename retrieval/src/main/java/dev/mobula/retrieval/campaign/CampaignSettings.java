package dev.mobula.retrieval.campaign;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.time.Duration;

/// What counts as the same text, how long it is remembered, and from when on a group is suspicious.
///
/// @param jaccardMin what two texts must share
/// @param windowMillis how long a post is remembered
/// @param postsMax posts that are remembered at most; then the oldest go
/// @param accountsMin fewer accounts are no campaign
/// @param postsMin fewer posts are none either
/// @param scoreMin from which score on a group is suspicious
public record CampaignSettings(
        double jaccardMin,
        long windowMillis,
        int postsMax,
        int accountsMin,
        int postsMin,
        double scoreMin) {
    private static final int POSTS_MAX = 1 << 22;

    /// Two days, 32,768 posts; five posts of three accounts.
    public static final CampaignSettings DEFAULT =
            new CampaignSettings(.5, Duration.ofDays(2).toMillis(), 1 << 15, 3, 5, .5);

    public CampaignSettings {
        if (!(jaccardMin > 0 && jaccardMin <= 1) || !(scoreMin >= 0 && scoreMin <= 1)) {
            throw invalid("jaccardMin, scoreMin", jaccardMin + ", " + scoreMin, "must be in 0..1");
        }
        if (postsMax < 16 || postsMax > POSTS_MAX) {
            throw invalid("postsMax", postsMax, "must be 16.." + POSTS_MAX);
        }
        if (windowMillis < 1 || accountsMin < 2 || postsMin < 2) {
            throw invalid(
                    "windowMillis, accountsMin, postsMin",
                    windowMillis + ", " + accountsMin + ", " + postsMin,
                    "must be at least 1, 2 and 2");
        }
    }

    public CampaignSettings withPostsMax(int most) {
        return new CampaignSettings(
                jaccardMin, windowMillis, most, accountsMin, postsMin, scoreMin);
    }
}
