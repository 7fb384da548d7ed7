package dev.mobula.ranking.model;

import dev.mobula.ranking.model.Head.Link;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// One small graph of every family, and inputs for them.
public final class Graphs {
    public static final int WIDTH = 37;

    private Graphs() {}

    public static Map<String, LayerGraph> families() {
        Map<String, LayerGraph> all = new LinkedHashMap<>();
        int[] hidden = {40, 17};
        int[] tower = {9};
        all.put("wide & deep", Families.wideAndDeep(WIDTH, hidden, heads()));
        all.put("dcn", Families.dcn(WIDTH, 2, hidden, heads()));
        all.put("mmoe", Families.mmoe(WIDTH, 1, 3, hidden, tower, heads()));
        all.put("ple", Families.ple(WIDTH, 2, 2, 1, hidden, tower, heads()));
        all.put("encoder", Families.encoder(WIDTH, hidden, 12));
        all.put("columns", columns());
        return all;
    }

    private static LayerGraph columns() {
        return new LayerGraph(
                WIDTH,
                List.of(
                        new Layer.Columns("left", 0, 10),
                        new Layer.Columns("right", 5, 20),
                        new Layer.Dense("a", "left", 6, Activation.RELU),
                        new Layer.Dense("b", "right", 6, Activation.NONE),
                        new Layer.Sum("sum", List.of("a", "b")),
                        new Layer.Concat("all", List.of("sum", "right", "a")),
                        new Layer.Dense("out", "all", 1, Activation.NONE)),
                List.of(new Head("click", "out", Link.SIGMOID)));
    }

    public static SequencedMap<String, Link> heads() {
        SequencedMap<String, Link> heads = new LinkedHashMap<>();
        heads.put("click", Link.SIGMOID);
        heads.put("hide", Link.SIGMOID);
        heads.put("dwell", Link.IDENTITY);
        return heads;
    }

    public static ModelInput input(SplittableRandom random, int rows, int width, int shared) {
        ModelInput input = new ModelInput(rows, width, shared);
        input.setRows(rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < width; column++) {
                input.values()[row * input.stride() + column] =
                        row > 0 && column < shared
                                ? input.values()[column]
                                : (float) random.nextDouble(-1, 1);
            }
        }
        return input;
    }

    public static float[] score(Scorer scorer, ModelInput input) {
        float[] scores = new float[input.rows() * scorer.outputs()];
        try (Scorer.Session session = scorer.open()) {
            session.score(input, scores);
        }
        return scores;
    }
}
