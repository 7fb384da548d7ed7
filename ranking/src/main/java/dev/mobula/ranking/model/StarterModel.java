package dev.mobula.ranking.model;

import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The model of an engine that has not trained one yet: two heads with weights set by hand.
///
/// Clicks and likes grow with an item's quality and with the logarithm of its popularity, likes
/// more steeply with quality.
public final class StarterModel {
    public static final String QUALITY = "quality";
    public static final String POPULARITY = "popularity";

    private static final float RARE = -5f;

    private StarterModel() {}

    public static RankingModel create() {
        return of(
                "starter-1",
                new FeatureSchema(
                        "starter",
                        1,
                        List.of(),
                        List.of(
                                new Feature.Dense(QUALITY, Side.ITEM, Scaling.NONE, 0),
                                new Feature.Dense(POPULARITY, Side.ITEM, Scaling.LOG, 0))),
                List.of("click", "like"));
    }

    /// The same over other features, which it logs for the models to come: all but an item's quality and popularity weigh
    /// nothing yet. Two heads more, `hide` and `report`, say the same of every item.
    public static RankingModel over(String version, FeatureSchema schema) {
        return of(version, schema, List.of("click", "like", "hide", "report"));
    }

    private static RankingModel of(String version, FeatureSchema schema, List<String> names) {
        FeatureLayout layout = FeatureLayout.of(schema);
        List<Layer> layers = new ArrayList<>();
        List<Head> heads = new ArrayList<>();
        for (String name : names) {
            layers.add(new Layer.Dense(name, LayerGraph.INPUT, 1, Activation.NONE));
            heads.add(new Head(name, name, Head.Link.SIGMOID));
        }
        LayerGraph graph = new LayerGraph(layout.width(), layers, heads);
        Map<String, Tensor> tensors = new HashMap<>();
        RankingModel.parameters(layout, graph)
                .forEach((name, shape) -> tensors.put(name, zeros(shape)));
        for (String name : names) {
            tensors.put(name + ".bias", bias(RARE));
        }
        tensors.put("click.weight", row(layout, 1.5f, 0.3f));
        tensors.put("click.bias", bias(-3f));
        tensors.put("like.weight", row(layout, 3f, 0.1f));
        tensors.put("like.bias", bias(-4f));
        return RankingModel.of(version, layout, graph, Weights.of(tensors));
    }

    private static Tensor zeros(List<Integer> shape) {
        return new Tensor(shape, new float[shape.stream().reduce(1, Math::multiplyExact)]);
    }

    private static Tensor row(FeatureLayout layout, float quality, float popularity) {
        float[] values = new float[layout.width()];
        List<String> numbers = layout.numbers(Side.ITEM);
        for (int i = 0; i < numbers.size(); i++) {
            values[layout.sharedWidth() + i] =
                    switch (numbers.get(i)) {
                        case QUALITY -> quality;
                        case POPULARITY -> popularity;
                        default -> 0;
                    };
        }
        return new Tensor(List.of(1, layout.width()), values);
    }

    private static Tensor bias(float value) {
        return new Tensor(List.of(1), new float[] {value});
    }
}
