package dev.mobula.actors.feed;

import dev.mobula.ranking.features.FeatureSchema;
import java.util.List;
import java.util.Optional;

/// What the scores of logged impressions mean: the features they came from, and their heads.
public record Scoring(Optional<FeatureSchema> schema, List<String> heads) {
    /// Of a page that no model scored.
    static final Scoring NOTHING = new Scoring(Optional.empty(), List.of());

    public Scoring {
        heads = List.copyOf(heads);
    }
}
