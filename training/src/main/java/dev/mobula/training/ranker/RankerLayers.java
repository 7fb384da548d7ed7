package dev.mobula.training.ranker;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.Objective.HeadLoss;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.table.RowOptimizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// A ranker over a layout of features, as it trains and as it serves: inputs, layers, and a loss per head.
///
/// Where examples come from is for the task that trains it to know.
public final class RankerLayers {
    private static final String TOWER = "ranker";
    private static final int EMBEDDINGS_AT_ONCE = 4_096;

    private final FeatureLayout layout;
    private final LayerGraph graph;
    private final List<HeadLoss> losses;
    private final LayoutInputs inputs;

    /// @param losses each with a column of its own for the label, and for the mask where it has one
    public RankerLayers(FeatureLayout layout, LayerGraph graph, List<HeadLoss> losses) {
        this.layout = layout;
        this.graph = graph;
        this.losses = List.copyOf(losses);
        this.inputs = new LayoutInputs(layout, EnumSet.allOf(Side.class), true);
    }

    /// The name of a head's label column.
    public static String label(String head) {
        return "label." + head;
    }

    public LayoutInputs inputs() {
        return inputs;
    }

    /// The features' columns come first, then of each loss its label and its mask.
    public ProgramSpec spec(RowOptimizer rows, double initialBound, int rowsMax) {
        List<Column> columns = new ArrayList<>(inputs.columns());
        for (HeadLoss loss : losses) {
            columns.add(new Column(loss.label(), 1));
            loss.mask().ifPresent(mask -> columns.add(new Column(mask, 1)));
        }
        return new ProgramSpec(
                ParameterLayout.builder().addAll(TOWER, graph).build(),
                inputs.tables(rows, initialBound),
                inputs.lookups(),
                columns,
                rowsMax);
    }

    public GraphModel graphModel(ProgramSpec spec) {
        return new GraphModel(
                spec,
                List.of(new Tower(TOWER, graph, inputs.towerInputs())),
                new Objective.Heads(TOWER, losses));
    }

    /// The layers' parameters by the names that serving knows them by.
    public Map<String, Tensor> parameters(ModelView view) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        graph.parameters()
                .forEach(
                        (name, shape) ->
                                tensors.put(
                                        name,
                                        new Tensor(shape, view.parameter(TOWER + "." + name))));
        return tensors;
    }

    /// The model as serving has it. Row 0 of a table, which stands for nothing, is zeros.
    public RankingModel model(ModelView view, String version) {
        Map<String, Tensor> tensors = parameters(view);
        for (EmbeddingSpec table : layout.schema().tables()) {
            float[] values = new float[Math.multiplyExact(table.rows(), table.width())];
            for (int row = 1; row < table.rows(); row += EMBEDDINGS_AT_ONCE) {
                long[] keys =
                        LongStream.range(row, Math.min(table.rows(), row + EMBEDDINGS_AT_ONCE))
                                .toArray();
                float[] part = view.embeddings(table.name(), keys);
                System.arraycopy(part, 0, values, row * table.width(), part.length);
            }
            tensors.put(
                    "table." + table.name(),
                    new Tensor(List.of(table.rows(), table.width()), values));
        }
        return RankingModel.of(version, layout, graph, Weights.of(tensors));
    }
}
