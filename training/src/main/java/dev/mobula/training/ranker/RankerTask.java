package dev.mobula.training.ranker;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.EpochOrder;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.optimize.Schedule;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Objective.HeadLoss;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.table.RowOptimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A ranker with a probability per head, learned from logged features.
///
/// What it trains is what serving scores: the tables and layers of a [RankingModel] of the same layout.
public final class RankerTask implements Task {
    private static final double INITIAL_BOUND = 0.05;
    private static final int WARM_UP_STEPS = 200;

    private final RankerExamples examples;
    private final RankerOptions options;
    private final RankerLayers layers;

    public RankerTask(RankerExamples examples, RankerOptions options) {
        if (examples.size() == 0) {
            throw TrainingException.invalid("examples", 0, "there must be one");
        }
        this.examples = examples;
        this.options = options;
        SequencedMap<String, Link> heads = new LinkedHashMap<>();
        List<HeadLoss> losses = new ArrayList<>();
        for (String head : examples.heads()) {
            heads.put(head, Link.SIGMOID);
            losses.add(HeadLoss.of(head, RankerLayers.label(head)).maskedBy("known." + head));
        }
        FeatureLayout layout = examples.layout();
        this.layers = new RankerLayers(layout, options.graph(layout.width(), heads), losses);
    }

    @Override
    public ProgramSpec spec(Share share) {
        RowOptimizer rows = RowOptimizer.adam(options.rowLearningRate());
        return layers.spec(rows, INITIAL_BOUND, share.rowsMax(options.batchRows()));
    }

    @Override
    public Program open(ProgramSpec spec) {
        return layers.graphModel(spec).toScript();
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new Source(share, seed);
    }

    private EpochOrder order(long seed) {
        return new EpochOrder(examples.size(), options.batchRows(), options.epochs(), seed);
    }

    /// A run over all epochs: the rates rise at first and then fall to nothing.
    public LoopSettings settings(long seed) {
        int steps = order(seed).steps();
        Schedule schedule = Schedule.cosine(Math.min(WARM_UP_STEPS, steps / 2), steps);
        DenseSettings dense = DenseSettings.adam(options.learningRate()).withDecay(options.decay());
        return LoopSettings.of(seed, steps, dense.with(schedule));
    }

    /// The model as serving scores with it.
    public RankingModel model(ModelView view, String version) {
        return layers.model(view, version);
    }

    private final class Source implements BatchSource {
        private final Share share;
        private final long seed;
        private final EpochOrder order;

        private Source(Share share, long seed) {
            this.share = share;
            this.seed = seed;
            this.order = order(seed);
        }

        @Override
        public boolean next(Batch batch) {
            if (!order.advance()) {
                return false;
            }
            int from = share.from(order.rows());
            int to = share.to(order.rows());
            batch.setRows(to - from);
            for (int row = from; row < to; row++) {
                fill(batch, row - from, order.example(row));
            }
            return true;
        }

        private void fill(Batch batch, int row, int example) {
            examples.fill(example, layers.inputs(), batch, row);
            int column = layers.inputs().columnCount();
            for (float label : examples.labels(example)) {
                boolean isKnown = !Float.isNaN(label);
                batch.column(column++)[row] = isKnown ? label : 0f;
                batch.column(column++)[row] = isKnown ? 1f : 0f;
            }
        }

        @Override
        public String cursor() {
            return order.cursor();
        }

        @Override
        public void seek(String cursor) {
            order.seek(cursor);
        }

        @Override
        public String fingerprint() {
            return examples.fingerprint() + "-" + options + "-" + seed;
        }
    }
}
