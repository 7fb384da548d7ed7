package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.ranker.LayoutInputs;
import dev.mobula.training.table.RowOptimizer;
import dev.mobula.training.world.Impression;
import dev.mobula.training.world.Worth;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The two towers of retrieval, learned from what was clicked and not regretted: a user's vector finds its item among
/// the items of the batch.
///
/// They read what users and items are, not the counts of how they fare: a vector then holds as long as its model.
final class TowerTask implements Task {
    static final String USER = "user";
    static final String ITEM = "item";
    static final int DIMENSION = 16;
    static final RowOptimizer ROWS = RowOptimizer.adagrad(.05);
    static final double ROW_BOUND = .05;

    private static final int BATCH_ROWS = 256;
    private static final int[] HIDDEN = {32};
    private static final double TEMPERATURE = .1;
    private static final double WEIGHT_MAX = 5;

    private final FeatureLayout layout;
    private final LayoutInputs inputs;
    private final List<ServedLog.Row> rows;
    private final Map<Integer, Integer> clicks = new HashMap<>();
    private final int epochs;

    TowerTask(FeatureLayout layout, List<ServedLog.Row> viewed, int epochs) {
        this.layout = layout;
        this.inputs = new LayoutInputs(layout, EnumSet.of(Side.USER, Side.ITEM), false);
        this.rows = viewed.stream().filter(row -> weight(row.impression()) > 0).toList();
        this.epochs = epochs;
        rows.forEach(row -> clicks.merge(row.impression().item(), 1, Integer::sum));
    }

    private static double weight(Impression impression) {
        double value = impression.click() ? impression.value(Worth.USUAL) : 0;
        return Math.clamp(value, 0, WEIGHT_MAX);
    }

    static LayerGraph userGraph(FeatureLayout layout) {
        return Families.encoder(width(layout, Side.USER), HIDDEN, DIMENSION);
    }

    static LayerGraph itemGraph(FeatureLayout layout) {
        return Families.encoder(width(layout, Side.ITEM), HIDDEN, DIMENSION);
    }

    private static int width(FeatureLayout layout, Side side) {
        return layout.slots().stream()
                .filter(slot -> slot.side() == side)
                .mapToInt(Slot::width)
                .sum();
    }

    int examples() {
        return rows.size();
    }

    @Override
    public ProgramSpec spec(Share share) {
        List<Column> columns = new ArrayList<>(inputs.columns());
        columns.add(new Column("logProbability", 1));
        columns.add(new Column("weight", 1));
        return new ProgramSpec(
                ParameterLayout.builder()
                        .addAll(USER, userGraph(layout))
                        .addAll(ITEM, itemGraph(layout))
                        .build(),
                inputs.tables(ROWS, ROW_BOUND),
                inputs.lookups(),
                columns,
                share.rowsMax(BATCH_ROWS));
    }

    @Override
    public Program open(ProgramSpec spec) {
        Objective objective =
                new Objective.InBatch(
                        USER,
                        ITEM,
                        TEMPERATURE,
                        LayoutInputs.lookup("item"),
                        Optional.of("logProbability"),
                        Optional.of("weight"));
        return new GraphModel(
                        spec,
                        List.of(
                                new Tower(USER, userGraph(layout), inputs.towerInputs(Side.USER)),
                                new Tower(ITEM, itemGraph(layout), inputs.towerInputs(Side.ITEM))),
                        objective)
                .toScript();
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new LoggedRows(rows, BATCH_ROWS, epochs, share, seed, this::fill);
    }

    private void fill(ServedLog.Row logged, Batch batch, int row) {
        inputs.fill(logged.user(), logged.item(), logged.pairs(), batch, row);
        Impression impression = logged.impression();
        double often = clicks.getOrDefault(impression.item(), 1);
        int column = inputs.columnCount();
        batch.column(column)[row] = (float) Math.log(often / rows.size());
        batch.column(column + 1)[row] = (float) weight(impression);
    }
}
