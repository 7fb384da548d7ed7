package dev.mobula.actors.feed;

import java.util.List;
import java.util.Map;

/// The answer to a feed request: items in order, each with its scores, and what was degraded.
///
/// @param degraded stages or shards that gave less than asked, with the reason
public record FeedPage(long user, String model, List<Entry> items, Map<String, String> degraded) {
    public FeedPage {
        items = List.copyOf(items);
        degraded = Map.copyOf(degraded);
    }

    /// One item of a page: where it came from, how near it is to the user's taste, its scores by
    /// head, and the value it was ordered by.
    public record Entry(
            long id, String source, double similarity, Map<String, Double> scores, double value) {
        public Entry {
            scores = Map.copyOf(scores);
        }
    }
}
