package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head.Link;
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
import dev.mobula.training.world.Impression;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The multi-task ranker, learned from every item that was viewed.
final class RankerTask implements Task {
    static final String TOWER = "ranker";

    private static final int BATCH_ROWS = 512;
    private static final int[] HIDDEN = {32};
    private static final double DWELL_WEIGHT = .2;
    private static final float DWELL_MINUTES_MAX = 5;

    private final FeatureLayout layout;
    private final LayoutInputs inputs;
    private final List<ServedLog.Row> rows;
    private final int epochs;

    RankerTask(FeatureLayout layout, List<ServedLog.Row> rows, int epochs) {
        this.layout = layout;
        this.inputs = new LayoutInputs(layout, EnumSet.allOf(Side.class), true);
        this.rows = rows;
        this.epochs = epochs;
    }

    static LayerGraph graph(FeatureLayout layout) {
        SequencedMap<String, Link> heads = new LinkedHashMap<>();
        for (String head : List.of("click", "like", "reply", "follow", "hide", "report")) {
            heads.put(head, Link.SIGMOID);
        }
        heads.put("dwell", Link.IDENTITY);
        return Families.dcn(layout.width(), 1, HIDDEN, heads);
    }

    @Override
    public ProgramSpec spec(Share share) {
        List<Column> columns = new ArrayList<>(inputs.columns());
        for (String head : graph(layout).headNames()) {
            columns.add(new Column(label(head), 1));
        }
        return new ProgramSpec(
                ParameterLayout.builder().addAll(TOWER, graph(layout)).build(),
                inputs.tables(),
                inputs.lookups(),
                columns,
                share.rowsMax(BATCH_ROWS));
    }

    private static String label(String head) {
        return head + "Label";
    }

    @Override
    public Program open(ProgramSpec spec) {
        List<Tower.Input> all = new ArrayList<>(inputs.towerInputs(Side.USER));
        all.addAll(inputs.towerInputs(Side.ITEM));
        all.addAll(inputs.towerInputs(Side.PAIR));
        List<Objective.HeadLoss> losses = new ArrayList<>();
        for (String head : graph(layout).headNames()) {
            Objective.HeadLoss loss = Objective.HeadLoss.of(head, label(head));
            losses.add(head.equals("dwell") ? loss.weighing(DWELL_WEIGHT) : loss);
        }
        return new GraphModel(
                        spec,
                        List.of(new Tower(TOWER, graph(layout), all)),
                        new Objective.Heads(TOWER, losses))
                .toScript();
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new LoggedRows(rows, BATCH_ROWS, epochs, share, seed, this::fill);
    }

    private void fill(ServedLog.Row logged, Batch batch, int row) {
        inputs.fill(logged, batch, row);
        Impression impression = logged.impression();
        float[] labels = {
            number(impression.click()),
            number(impression.like()),
            number(impression.reply()),
            number(impression.follow()),
            number(impression.hide()),
            number(impression.report()),
            Math.min(DWELL_MINUTES_MAX, impression.dwellSeconds() / 60)
        };
        for (int i = 0; i < labels.length; i++) {
            batch.column(inputs.columnCount() + i)[row] = labels[i];
        }
    }

    private static float number(boolean done) {
        return done ? 1 : 0;
    }
}
