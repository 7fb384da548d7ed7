package dev.mobula.actors.feed;

import dev.mobula.ranking.features.FeatureValue;
import java.util.Map;

/// What else is known of a user for the ranking models, by the names that their schemas have for it.
@FunctionalInterface
public interface UserFeatures {
    /// Nothing else.
    UserFeatures NONE = user -> Map.of();

    /// A model takes of these what it knows.
    Map<String, FeatureValue> of(long user);
}
