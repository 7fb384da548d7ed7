package dev.mobula.ranking.model;

import dev.mobula.ranking.model.Head.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;

/*
 * 1. Cheng et al., Wide & Deep Learning for Recommender Systems, 2016.
 * 2. Wang et al., DCN V2, 2021: stacked cross layers, full rank.
 * 3. Ma et al., Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts, 2018.
 * 4. Tang et al., Progressive Layered Extraction, 2020.
 */
/// The layer graphs of the common ranking models.
public final class Families {
    private Families() {}

    /// A linear model beside a deep one, their logits added, per head.
    public static LayerGraph wideAndDeep(
            int inputWidth, int[] hidden, SequencedMap<String, Link> heads) {
        List<Layer> layers = new ArrayList<>();
        String deep = tower(layers, "deep", LayerGraph.INPUT, hidden);
        List<Head> outputs = new ArrayList<>();
        heads.forEach(
                (head, link) -> {
                    String wideLogit = "wide_" + head;
                    String deepLogit = "deep_" + head;
                    layers.add(new Layer.Dense(wideLogit, LayerGraph.INPUT, 1, Activation.NONE));
                    layers.add(new Layer.Dense(deepLogit, deep, 1, Activation.NONE));
                    layers.add(new Layer.Sum(head, List.of(wideLogit, deepLogit)));
                    outputs.add(new Head(head, head, link));
                });
        return new LayerGraph(inputWidth, layers, outputs);
    }

    /// Cross layers, then a tower, then one logit per head.
    public static LayerGraph dcn(
            int inputWidth, int crosses, int[] hidden, SequencedMap<String, Link> heads) {
        List<Layer> layers = new ArrayList<>();
        String crossed = crosses(layers, crosses);
        String deep = tower(layers, "deep", crossed, hidden);
        List<Head> outputs = new ArrayList<>();
        heads.forEach((head, link) -> outputs.add(logit(layers, head, deep, link)));
        return new LayerGraph(inputWidth, layers, outputs);
    }

    /// Cross layers, shared experts, and per head a gate over them and a tower.
    public static LayerGraph mmoe(
            int inputWidth,
            int crosses,
            int experts,
            int[] expertHidden,
            int[] towerHidden,
            SequencedMap<String, Link> heads) {
        List<Layer> layers = new ArrayList<>();
        String crossed = crosses(layers, crosses);
        List<String> bank = experts(layers, "expert", crossed, experts, expertHidden);
        List<Head> outputs = new ArrayList<>();
        heads.forEach(
                (head, link) -> {
                    String mixed = mixture(layers, "gate_" + head, crossed, bank);
                    String top = tower(layers, "tower_" + head, mixed, towerHidden);
                    outputs.add(logit(layers, head, top, link));
                });
        return new LayerGraph(inputWidth, layers, outputs);
    }

    /// Levels of shared and per-head experts, each gated per head, so that heads share only what helps them.
    public static LayerGraph ple(
            int inputWidth,
            int levels,
            int sharedExperts,
            int ownExperts,
            int[] expertHidden,
            int[] towerHidden,
            SequencedMap<String, Link> heads) {
        List<Layer> layers = new ArrayList<>();
        List<String> names = List.copyOf(heads.keySet());
        List<String> own = Collections.nCopies(names.size(), LayerGraph.INPUT);
        String shared = LayerGraph.INPUT;
        for (int level = 0; level < levels; level++) {
            String at = "level" + level + "_";
            List<String> bank = experts(layers, at + "shared", shared, sharedExperts, expertHidden);
            List<List<String>> seen = new ArrayList<>();
            List<String> all = new ArrayList<>(bank);
            for (int h = 0; h < names.size(); h++) {
                String name = at + names.get(h);
                List<String> mine = experts(layers, name, own.get(h), ownExperts, expertHidden);
                all.addAll(mine);
                seen.add(Stream.concat(mine.stream(), bank.stream()).toList());
            }
            List<String> mixed = new ArrayList<>();
            for (int h = 0; h < names.size(); h++) {
                String gate = at + "gate_" + names.get(h);
                mixed.add(mixture(layers, gate, own.get(h), seen.get(h)));
            }
            boolean isLast = level + 1 == levels;
            shared = isLast ? shared : mixture(layers, at + "gate_shared", shared, all);
            own = mixed;
        }
        List<Head> outputs = new ArrayList<>();
        for (int h = 0; h < names.size(); h++) {
            String top = tower(layers, "tower_" + names.get(h), own.get(h), towerHidden);
            Link link = Objects.requireNonNull(heads.get(names.get(h)));
            outputs.add(logit(layers, names.get(h), top, link));
        }
        return new LayerGraph(inputWidth, layers, outputs);
    }

    /// An encoder for retrieval: a tower whose last layer is linear and of unit length.
    public static LayerGraph encoder(int inputWidth, int[] hidden, int width) {
        List<Layer> layers = new ArrayList<>();
        String top = tower(layers, "tower", LayerGraph.INPUT, hidden);
        layers.add(new Layer.Dense("embedding", top, width, Activation.NONE));
        layers.add(new Layer.Normalize("unit", "embedding"));
        return new LayerGraph(inputWidth, layers, List.of());
    }

    private static String crosses(List<Layer> layers, int count) {
        String x = LayerGraph.INPUT;
        for (int i = 0; i < count; i++) {
            layers.add(new Layer.Cross("cross" + i, LayerGraph.INPUT, x));
            x = "cross" + i;
        }
        return x;
    }

    private static List<String> experts(
            List<Layer> layers, String name, String input, int count, int[] hidden) {
        List<String> bank = new ArrayList<>();
        for (int expert = 0; expert < count; expert++) {
            bank.add(tower(layers, name + expert, input, hidden));
        }
        return bank;
    }

    private static String tower(List<Layer> layers, String name, String input, int[] hidden) {
        String x = input;
        for (int i = 0; i < hidden.length; i++) {
            String layer = name + "_" + i;
            layers.add(new Layer.Dense(layer, x, hidden[i], Activation.RELU));
            x = layer;
        }
        return x;
    }

    private static String mixture(
            List<Layer> layers, String gate, String input, List<String> experts) {
        layers.add(new Layer.Dense(gate, input, experts.size(), Activation.NONE));
        layers.add(new Layer.Mixture("mix_" + gate, gate, experts));
        return "mix_" + gate;
    }

    private static Head logit(List<Layer> layers, String head, String input, Link link) {
        layers.add(new Layer.Dense(head, input, 1, Activation.NONE));
        return new Head(head, head, link);
    }
}
