package dev.mobula.actors.ranker;

import dev.mobula.ranking.features.FeatureValue;
import java.util.Map;

/// One user and the candidates to score for it. The array is owned.
///
/// @param model the version that is to score it; empty for the one that the line-up has for the user
/// @param features the user's (and the request's) values, by the names that the models' schemas have for them; a name that
///     no loaded model has is refused
/// @param context more of them, of which a model takes those it knows
/// @param nowSeconds the moment that counters are read at; asking again with the same one gives the same scores
/// @param surface where the page is shown, for the value that the model has there; empty when nobody asks for one
/// @param wantsVectors whether the reply is to carry every candidate's features as used
public record RankRequest(
        long user,
        String model,
        Map<String, FeatureValue> features,
        Map<String, FeatureValue> context,
        long[] candidates,
        long nowSeconds,
        String surface,
        boolean wantsVectors) {
    public RankRequest {
        features = Map.copyOf(features);
        context = Map.copyOf(context);
    }

    /// A request of a user of whom nothing is known.
    public static RankRequest of(long user, long[] candidates, long nowSeconds) {
        return new RankRequest(user, "", Map.of(), Map.of(), candidates, nowSeconds, "", false);
    }

    /// The same by one version, whatever the line-up says.
    public RankRequest by(String version) {
        return new RankRequest(
                user, version, features, context, candidates, nowSeconds, surface, wantsVectors);
    }

    public RankRequest withFeatures(Map<String, FeatureValue> values) {
        return new RankRequest(
                user, model, values, context, candidates, nowSeconds, surface, wantsVectors);
    }

    /// The same with values that a model may or may not know.
    public RankRequest withContext(Map<String, FeatureValue> values) {
        return new RankRequest(
                user, model, features, values, candidates, nowSeconds, surface, wantsVectors);
    }

    public RankRequest onSurface(String name) {
        return new RankRequest(
                user, model, features, context, candidates, nowSeconds, name, wantsVectors);
    }

    public RankRequest withVectors() {
        return new RankRequest(
                user, model, features, context, candidates, nowSeconds, surface, true);
    }
}
