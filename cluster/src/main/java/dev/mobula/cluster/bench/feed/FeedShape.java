package dev.mobula.cluster.bench.feed;

import java.time.Duration;

/// What is asked of both contenders.
///
/// @param candidates found by the search and ranked
/// @param page places of a page
/// @param perAuthor most places of one author
/// @param budget time one request may take
record FeedShape(int candidates, int page, int perAuthor, int shards, Duration budget) {
    static final FeedShape STANDARD = new FeedShape(500, 30, 3, 4, Duration.ofMillis(300));
}
