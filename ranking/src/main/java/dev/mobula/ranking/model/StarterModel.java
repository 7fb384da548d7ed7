package dev.mobula.ranking.model;

import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import java.util.List;
import java.util.Map;

/// The model of an engine that has not trained one yet: two heads with weights set by hand.
///
/// Clicks and likes grow with an item's quality and with the logarithm of its popularity, likes
/// more steeply with quality.
public final class StarterModel {
    public static final String QUALITY = "quality";
    public static final String POPULARITY = "popularity";

    private StarterModel() {}

    public static RankingModel create() {
        FeatureLayout layout =
                FeatureLayout.of(
                        new FeatureSchema(
                                "starter",
                                1,
                                List.of(),
                                List.of(
                                        new Feature.Dense(QUALITY, Side.ITEM, Scaling.NONE, 0),
                                        new Feature.Dense(POPULARITY, Side.ITEM, Scaling.LOG, 0))));
        LayerGraph graph =
                new LayerGraph(
                        layout.width(),
                        List.of(
                                new Layer.Dense("click", LayerGraph.INPUT, 1, Activation.NONE),
                                new Layer.Dense("like", LayerGraph.INPUT, 1, Activation.NONE)),
                        List.of(
                                new Head("click", "click", Head.Link.SIGMOID),
                                new Head("like", "like", Head.Link.SIGMOID)));
        Weights weights =
                Weights.of(
                        Map.of(
                                "click.weight", row(1.5f, 0.3f),
                                "click.bias", bias(-3f),
                                "like.weight", row(3f, 0.1f),
                                "like.bias", bias(-4f)));
        return RankingModel.of("starter-1", layout, graph, weights);
    }

    private static Tensor row(float quality, float popularity) {
        return new Tensor(List.of(1, 2), new float[] {quality, popularity});
    }

    private static Tensor bias(float value) {
        return new Tensor(List.of(1), new float[] {value});
    }
}
