package dev.mobula.ranking.model.packed;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;

/*
 * A request is scored in tiles of rows, so that a tile's activations stay in the second-level cache while the weights
 * stream past once per tile. In products that read the input, the columns that all candidates share are summed once
 * per request; as they come first, the chain of additions of every output is the one it would have been.
 *
 * No output of a row reads another row, every sum has one order, and rows are padded rather than treated apart: a
 * score is the same bits alone, in any batch, at any place in it, on any machine.
 */
/// The serving engine: a layer graph on packed weights.
public final class PackedScorer implements Scorer {
    static final int TILE_ROWS = 4 * Kernels.ROW_BLOCK;
    private static final String VERSION = "1";

    private final Kernels kernels;
    private final Plan plan;
    private final int inputWidth;
    private final int sharedWidth;
    private final int outputs;

    private PackedScorer(LayerGraph graph, int sharedWidth, Weights weights, Kernels kernels) {
        this.kernels = kernels;
        this.plan = new Plan(graph, sharedWidth, weights, kernels);
        this.inputWidth = graph.inputWidth();
        this.sharedWidth = sharedWidth;
        this.outputs =
                graph.heads().isEmpty()
                        ? graph.width(graph.layers().getLast().name())
                        : graph.heads().size();
    }

    /// Packs the weights, or refuses naming the one that is missing or misshapen.
    ///
    /// @param sharedWidth leading input columns that are equal in all rows of a request; 0 promises nothing.
    public static PackedScorer of(
            LayerGraph graph, int sharedWidth, Weights weights, Kernels kernels) {
        return new PackedScorer(graph, sharedWidth, weights, kernels);
    }

    @Override
    public KernelIdentity identity() {
        return new KernelIdentity(KernelIdentity.PACKED, kernels.lanes(), VERSION);
    }

    @Override
    public int outputs() {
        return outputs;
    }

    /// Multiply-adds of all products for so many rows of one request: what scoring cannot do without.
    public long multiplyAdds(int rows) {
        return plan.multiplyAdds(rows);
    }

    @Override
    public Session open() {
        return new PackedSession(kernels, plan, this);
    }

    void requireFits(ModelInput input, float[] scores) {
        if (input.width() != inputWidth || input.sharedWidth() < sharedWidth) {
            throw new RankingException(
                    Code.MISMATCH,
                    "input of %d columns, %d shared; the model wants %d and %d"
                            .formatted(
                                    input.width(), input.sharedWidth(), inputWidth, sharedWidth));
        }
        if (scores.length < input.rows() * outputs) {
            throw new IllegalArgumentException(
                    "scores.length="
                            + scores.length
                            + " for rows="
                            + input.rows()
                            + " outputs="
                            + outputs);
        }
    }
}
