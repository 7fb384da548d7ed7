package dev.mobula.actors.feed;

import java.util.List;
import java.util.Map;

/// How a feed fares.
///
/// @param factor the share of a page's usual work that is done now
/// @param p95Micros of the last requests
/// @param refused requests that were not taken on
/// @param items whose facts are at hand, `itemsTooMany` were set aside
/// @param behind item shards that were not read up to where they were at the start
/// @param impressionsLost pages that could not be logged
/// @param stages by name
public record FeedStatus(
        double factor,
        int inFlight,
        int inFlightMax,
        long p95Micros,
        long refused,
        int items,
        long itemsTooMany,
        List<String> behind,
        long impressionsLost,
        Map<String, StageTotals> stages) {
    public FeedStatus {
        behind = List.copyOf(behind);
        stages = Map.copyOf(stages);
    }

    /// What a stage has done since the start.
    public record StageTotals(long calls, long failures, long micros) {}
}
