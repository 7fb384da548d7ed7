package dev.mobula.ranking.model.packed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.model.Activation;
import dev.mobula.ranking.model.Graphs;
import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.ReferenceModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.testing.Seeds;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PackedScorerTest {
    private static final Kernels KERNELS = Kernels.ofThisMachine();

    @Test
    void handSetWeightsGiveTheScoresOfPenAndPaper() {
        LayerGraph graph =
                new LayerGraph(
                        2,
                        List.of(
                                new Layer.Cross("x", LayerGraph.INPUT, LayerGraph.INPUT),
                                new Layer.Dense("e0", "x", 1, Activation.RELU),
                                new Layer.Dense("e1", "x", 1, Activation.NONE),
                                new Layer.Dense("g", "x", 2, Activation.NONE),
                                new Layer.Mixture("m", "g", List.of("e0", "e1"))),
                        List.of(
                                new Head("p", "m", Head.Link.SIGMOID),
                                new Head("v", "m", Head.Link.IDENTITY)));
        Weights weights =
                Weights.of(
                        Map.of(
                                "x.weight", tensor(List.of(2, 2), 1, 0, 0, 1),
                                "x.bias", tensor(List.of(2), 0, 1),
                                "e0.weight", tensor(List.of(1, 2), 1, -1),
                                "e0.bias", tensor(List.of(1), 0),
                                "e1.weight", tensor(List.of(1, 2), 1, 1),
                                "e1.bias", tensor(List.of(1), 0),
                                "g.weight", tensor(List.of(2, 2), 0, 0, 0, 0),
                                "g.bias", tensor(List.of(2), 0, (float) Math.log(3))));
        ModelInput input = new ModelInput(1, 2, 0);
        input.setRows(1);
        input.values()[0] = 1f;
        input.values()[1] = 2f;
        // x = (1*(1+0)+1, 2*(2+1)+2) = (2, 8); e0 = relu(-6) = 0; e1 = 10; gate = (1/4, 3/4)
        float[] scores = Graphs.score(PackedScorer.of(graph, 0, weights, KERNELS), input);
        assertThat(scores[1]).isCloseTo(7.5f, within(1e-5f));
        assertThat(scores[0]).isCloseTo((float) (1 / (1 + Math.exp(-7.5))), within(1e-6f));
    }

    @Test
    void aScoreIsTheSameBitsAloneAndInAnyBatch() {
        Graphs.families()
                .forEach(
                        (name, graph) -> {
                            PackedScorer scorer = scorer(graph, 0, KERNELS);
                            SplittableRandom random = new SplittableRandom(7);
                            ModelInput batch = Graphs.input(random, 131, Graphs.WIDTH, 0);
                            float[] together = Graphs.score(scorer, batch);
                            for (int row = 0; row < batch.rows(); row += 13) {
                                ModelInput alone = new ModelInput(1, Graphs.WIDTH, 0);
                                alone.setRows(1);
                                System.arraycopy(
                                        batch.values(),
                                        row * batch.stride(),
                                        alone.values(),
                                        0,
                                        batch.stride());
                                float[] expected = new float[scorer.outputs()];
                                System.arraycopy(
                                        together,
                                        row * scorer.outputs(),
                                        expected,
                                        0,
                                        expected.length);
                                assertThat(Graphs.score(scorer, alone))
                                        .as("%s row %d", name, row)
                                        .isEqualTo(expected);
                            }
                        });
    }

    @Test
    void vectorsAndScalarsGiveTheSameBits() {
        Graphs.families()
                .forEach(
                        (name, graph) -> {
                            ModelInput input = input(3, 50, 0);
                            assertThat(Graphs.score(scorer(graph, 0, KERNELS), input))
                                    .as(name)
                                    .isEqualTo(
                                            Graphs.score(
                                                    scorer(graph, 0, Kernels.scalar()), input));
                        });
    }

    @Test
    void sharingTheUsersPartChangesNoBit() {
        Seeds.forAll(
                8,
                random -> {
                    int shared = random.nextInt(Graphs.WIDTH + 1);
                    Graphs.families()
                            .forEach(
                                    (name, graph) -> {
                                        ModelInput input = input(5, 60, shared);
                                        assertThat(
                                                        Graphs.score(
                                                                scorer(graph, shared, KERNELS),
                                                                input))
                                                .as("%s shared %d", name, shared)
                                                .isEqualTo(
                                                        Graphs.score(
                                                                scorer(graph, 0, KERNELS), input));
                                    });
                });
    }

    @Test
    void theMultiplicationsOfTheReferenceModelAreThoseOfItsShapes() {
        LayerGraph graph = ReferenceModel.graph();
        Weights weights = Weights.random(graph.parameters(), 1);
        long perRow = 3 * 360 * 360 + 4 * (360 * 128 + 128 * 64) + 5 * (360 * 4 + 64 * 32 + 32);
        assertThat(PackedScorer.of(graph, 0, weights, Kernels.scalar()).multiplyAdds(500))
                .isEqualTo(500 * perRow);
        assertThat(PackedScorer.of(graph, 180, weights, Kernels.scalar()).multiplyAdds(500))
                .isEqualTo(500 * perRow - 499 * 180 * 360);
    }

    @Test
    void aReusedSessionRemembersNothing() {
        LayerGraph graph = Graphs.families().get("mmoe");
        PackedScorer scorer = scorer(graph, 20, KERNELS);
        try (var session = scorer.open()) {
            float[] reused = new float[100 * scorer.outputs()];
            session.score(input(1, 100, 20), reused);
            session.score(input(2, 30, 20), reused);
            assertThat(java.util.Arrays.copyOf(reused, 30 * scorer.outputs()))
                    .isEqualTo(Graphs.score(scorer, input(2, 30, 20)));
        }
    }

    @Test
    void aMissingOrMisshapenWeightIsRefusedByName() {
        LayerGraph graph = Graphs.families().get("dcn");
        assertThatThrownBy(() -> PackedScorer.of(graph, 0, Weights.of(Map.of()), KERNELS))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("'cross0.weight'");
        Weights narrow = Weights.of(Map.of("cross0.weight", tensor(List.of(1, 1), 1)));
        assertThatThrownBy(() -> PackedScorer.of(graph, 0, narrow, KERNELS))
                .hasMessageContaining("'cross0.weight' has shape [1, 1]")
                .hasMessageContaining("[37, 37]");
    }

    @Test
    void anInputOfAnotherWidthIsRefusedWithBothWidths() {
        PackedScorer scorer = scorer(Graphs.families().get("dcn"), 0, KERNELS);
        ModelInput narrow = Graphs.input(new SplittableRandom(1), 1, 36, 0);
        assertThatThrownBy(() -> Graphs.score(scorer, narrow))
                .hasMessageContaining("36")
                .hasMessageContaining("37");
    }

    private static ModelInput input(long seed, int rows, int shared) {
        return Graphs.input(new SplittableRandom(seed), rows, Graphs.WIDTH, shared);
    }

    private static PackedScorer scorer(LayerGraph graph, int shared, Kernels kernels) {
        return PackedScorer.of(graph, shared, Weights.random(graph.parameters(), 11), kernels);
    }

    private static Tensor tensor(List<Integer> shape, float... values) {
        return new Tensor(shape, values);
    }
}
