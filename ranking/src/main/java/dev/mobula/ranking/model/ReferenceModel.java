package dev.mobula.ranking.model;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.Head.Link;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The multi-task model that speed is measured on: 40 numbers and 20 categories of width 16, three cross layers, four
/// experts 360-128-64, five gates, five heads 64-32-1.
///
/// Half of the numbers and half of the categories are the user's.
public final class ReferenceModel {
    private static final int NUMBERS = 40;
    private static final int CATEGORIES = 20;
    private static final int WIDTH = 16;
    private static final int ROWS = 16_500;

    private ReferenceModel() {}

    public static FeatureSchema schema() {
        List<EmbeddingSpec> tables = new ArrayList<>();
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < NUMBERS; i++) {
            Side side = i < NUMBERS / 2 ? Side.USER : Side.ITEM;
            features.add(new Feature.Dense("number" + i, side, Scaling.NONE, 0));
        }
        for (int i = 0; i < CATEGORIES; i++) {
            Side side = i < CATEGORIES / 2 ? Side.USER : Side.ITEM;
            tables.add(new EmbeddingSpec("table" + i, ROWS, WIDTH));
            features.add(new Feature.Categorical("category" + i, side, "table" + i, List.of()));
        }
        return new FeatureSchema("reference", 1, tables, features);
    }

    public static LayerGraph graph() {
        SequencedMap<String, Link> heads = new LinkedHashMap<>();
        heads.put("click", Link.SIGMOID);
        heads.put("like", Link.SIGMOID);
        heads.put("reply", Link.SIGMOID);
        heads.put("report", Link.SIGMOID);
        heads.put("dwell", Link.IDENTITY);
        int[] expert = {128, 64};
        int[] tower = {32};
        return Families.mmoe(NUMBERS + CATEGORIES * WIDTH, 3, 4, expert, tower, heads);
    }

    /// The model with seeded random weights.
    public static RankingModel create(long seed) {
        FeatureLayout layout = FeatureLayout.of(schema());
        LayerGraph graph = graph();
        Weights weights = Weights.random(RankingModel.parameters(layout, graph), seed);
        return RankingModel.of("reference-" + seed, layout, graph, weights);
    }
}
