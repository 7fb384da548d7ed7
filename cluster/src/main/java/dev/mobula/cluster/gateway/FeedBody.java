package dev.mobula.cluster.gateway;

import dev.mobula.actors.feed.FeedRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/feed`: the user, and what may be left out.
record FeedBody(@Nullable Long user, @Nullable Integer limit, @Nullable Set<Long> exclude) {
    private static final int DEFAULT_LIMIT = 20;

    FeedRequest toRequest() {
        if (user == null) {
            throw new IllegalArgumentException("user is missing");
        }
        return new FeedRequest(
                user, limit == null ? DEFAULT_LIMIT : limit, exclude == null ? Set.of() : exclude);
    }
}
