package dev.mobula.actors.feed;

import dev.mobula.ranking.experiment.Assignment.Exposure;
import java.util.List;
import java.util.Map;

/// A page as it was logged: for whom, when, by which model and value, under which experiments, and what happened to its
/// candidates.
///
/// @param space where its candidates were searched; empty for the vectors that items are stored with
/// @param kernel what computed the scores; empty when no model did
/// @param value the expression that the page was ordered by
/// @param heldOut whether the user is kept out of all experiments
public record LoggedPage(
        String requestId,
        long user,
        String surface,
        long timeMillis,
        String model,
        String space,
        String kernel,
        String value,
        List<Exposure> experiments,
        boolean heldOut,
        Map<String, String> degraded,
        List<StageCount> stages,
        List<FeedPage.Entry> items) {
    public LoggedPage {
        space = space == null ? "" : space; // pages logged before there were spaces
        experiments = List.copyOf(experiments);
        degraded = Map.copyOf(degraded);
        stages = List.copyOf(stages);
        items = List.copyOf(items);
    }
}
