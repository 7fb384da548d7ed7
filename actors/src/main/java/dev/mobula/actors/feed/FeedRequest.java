package dev.mobula.actors.feed;

import java.util.Set;

/// Who asks for a page, how long it may be, and what must not be on it.
public record FeedRequest(long user, int limit, Set<Long> exclude) {
    /// The longest page.
    public static final int LIMIT_MAX = 100;

    /// The most ids that may be excluded.
    public static final int EXCLUDE_MAX = 10_000;

    public FeedRequest {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit=" + limit + " is outside 1.." + LIMIT_MAX);
        }
        if (exclude.size() > EXCLUDE_MAX) {
            throw new IllegalArgumentException(
                    "exclude has " + exclude.size() + " ids, at most " + EXCLUDE_MAX);
        }
        exclude = Set.copyOf(exclude);
    }
}
