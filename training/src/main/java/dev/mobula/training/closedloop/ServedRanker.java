package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Objective.HeadLoss;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.ranker.RankerLayers;
import dev.mobula.training.world.Impression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The multi-task ranker, learned from every item that was viewed.
final class ServedRanker implements Task {
    private static final int BATCH_ROWS = 512;
    private static final int[] HIDDEN = {32};
    private static final double DWELL_WEIGHT = .2;
    private static final float DWELL_MINUTES_MAX = 5;

    private final RankerLayers layers;
    private final List<ServedLog.Row> rows;
    private final int epochs;

    ServedRanker(FeatureLayout layout, List<ServedLog.Row> rows, int epochs) {
        List<HeadLoss> losses = new ArrayList<>();
        for (String head : graph(layout).headNames()) {
            HeadLoss loss = HeadLoss.of(head, RankerLayers.label(head));
            losses.add(head.equals("dwell") ? loss.weighing(DWELL_WEIGHT) : loss);
        }
        this.layers = new RankerLayers(layout, graph(layout), losses);
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

    /// The trained layers, to be served.
    Map<String, Tensor> parameters(ModelView view) {
        return layers.parameters(view);
    }

    @Override
    public ProgramSpec spec(Share share) {
        return layers.spec(TowerTask.ROWS, TowerTask.ROW_BOUND, share.rowsMax(BATCH_ROWS));
    }

    @Override
    public Program open(ProgramSpec spec) {
        return layers.graphModel(spec).toScript();
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new LoggedRows(rows, BATCH_ROWS, epochs, share, seed, this::fill);
    }

    private void fill(ServedLog.Row logged, Batch batch, int row) {
        layers.inputs().fill(logged.user(), logged.item(), logged.pairs(), batch, row);
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
            batch.column(layers.inputs().columnCount() + i)[row] = labels[i];
        }
    }

    private static float number(boolean done) {
        return done ? 1 : 0;
    }
}
