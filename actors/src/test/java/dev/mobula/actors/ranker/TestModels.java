package dev.mobula.actors.ranker;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/// Small models with seeded weights, as folders.
final class TestModels {
    private TestModels() {}

    /// A model of two heads that reads a user's age and country and an item's length, author and likes.
    static RankingModel model(String version, long seed) {
        FeatureLayout layout =
                FeatureLayout.of(
                        new FeatureSchema(
                                "test",
                                1,
                                List.of(
                                        new EmbeddingSpec("country", 50, 4),
                                        new EmbeddingSpec("author", 500, 8),
                                        new EmbeddingSpec("pair", 500, 4)),
                                List.of(
                                        new Feature.Dense("age", Side.USER, Scaling.LOG, 30),
                                        new Feature.Categorical(
                                                "country", Side.USER, "country", List.of()),
                                        new Feature.Dense("length", Side.ITEM, Scaling.LOG, 0),
                                        new Feature.Counter("likes", Side.ITEM, Scaling.LOG, 3_600),
                                        new Feature.Categorical(
                                                "author", Side.ITEM, "author", List.of()),
                                        new Feature.Cross(
                                                "country_author", "country", "author", "pair"))));
        LinkedHashMap<String, Head.Link> heads = new LinkedHashMap<>();
        heads.put("click", Head.Link.SIGMOID);
        heads.put("dwell", Head.Link.IDENTITY);
        LayerGraph graph =
                Families.mmoe(layout.width(), 1, 2, new int[] {16, 8}, new int[] {8}, heads);
        Weights weights = Weights.random(RankingModel.parameters(layout, graph), seed);
        return RankingModel.of(version, layout, graph, weights);
    }

    static Path save(Path folder, String version, long seed) {
        try {
            Path target = folder.resolve(version + "-" + seed);
            ModelFolder.save(target, model(version, seed), List.of());
            return target;
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
