package dev.mobula.cluster.gateway;

import dev.mobula.actors.feed.FeedRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/feed/explain`: a feed request, the place to explain counted from 1, and another value
/// expression to see the page under.
record ExplainBody(
        @Nullable Long user,
        @Nullable Integer limit,
        @Nullable Set<Long> exclude,
        @Nullable Integer place,
        @Nullable String value) {
    FeedRequest toRequest() {
        return new FeedBody(user, limit, exclude).toRequest();
    }

    int placeOrFirst() {
        return place == null ? 1 : place;
    }
}
