package dev.mobula.cluster.engine;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.StarterModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The features that an engine scores and logs from its first page on, so that there is something to learn from.
final class EngineFeatures {
    private static final int INTERESTS = 3;
    private static final int RECENT = 20;
    private static final double DAY_SECONDS = 86_400;

    private EngineFeatures() {}

    /// The schema in a file, or the usual one.
    static FeatureSchema of(Optional<Path> file) {
        if (file.isEmpty()) {
            return usual();
        }
        try {
            return FeatureSchema.parse(Files.readString(file.get()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (RankingException refused) {
            throw new IllegalArgumentException(
                    "features=" + file.get() + ": " + refused.getMessage(), refused);
        }
    }

    /// What the feed tells of everybody, crossed with an item's topic and language, and what items may say of themselves.
    private static FeatureSchema usual() {
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < INTERESTS; i++) {
            features.add(new Feature.Categorical("interest" + i, Side.USER, "topic", List.of()));
        }
        features.add(new Feature.Categorical("reads", Side.USER, "language", List.of()));
        features.add(new Feature.MultiValued("recentTopics", Side.USER, "topic", RECENT));
        features.add(new Feature.MultiValued("recentAuthors", Side.USER, "author", RECENT));
        features.add(new Feature.Counter("click.count", Side.USER, Scaling.LOG, DAY_SECONDS));
        features.add(new Feature.Dense(StarterModel.QUALITY, Side.ITEM, Scaling.NONE, 0));
        features.add(new Feature.Dense(StarterModel.POPULARITY, Side.ITEM, Scaling.LOG, 0));
        features.add(new Feature.Categorical("topic", Side.ITEM, "topic", List.of()));
        features.add(new Feature.Categorical("language", Side.ITEM, "language", List.of()));
        features.add(new Feature.Categorical("author", Side.ITEM, "author", List.of()));
        features.add(new Feature.Cross("readable", "reads", "language", "pair"));
        for (int i = 0; i < INTERESTS; i++) {
            features.add(new Feature.Cross("wanted" + i, "interest" + i, "topic", "pair"));
        }
        return new FeatureSchema(
                "engine",
                1,
                List.of(
                        new EmbeddingSpec("topic", 1 << 12, 8),
                        new EmbeddingSpec("language", 1 << 9, 4),
                        new EmbeddingSpec("author", 1 << 14, 8),
                        new EmbeddingSpec("pair", 1 << 14, 8)),
                features);
    }
}
