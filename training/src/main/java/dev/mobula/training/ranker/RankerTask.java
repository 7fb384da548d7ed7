package dev.mobula.training.ranker;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
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
import dev.mobula.training.program.Column;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.table.RowOptimizer;
import dev.mobula.training.table.TableSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A ranker with a probability per head, learned from logged features.
///
/// What it trains is what serving scores: the tables and layers of a [RankingModel] of the same layout.
public final class RankerTask implements Task {
    private static final String TOWER = "ranker";
    private static final String USER_NUMBERS = "user_numbers";
    private static final String ITEM_NUMBERS = "item_numbers";
    private static final double INITIAL_BOUND = 0.05;
    private static final int FIRST_KEY = 2;
    private static final int WARM_UP_STEPS = 200;

    private final RankerExamples examples;
    private final RankerOptions options;
    private final FeatureLayout layout;
    private final LayerGraph graph;

    public RankerTask(RankerExamples examples, RankerOptions options) {
        if (examples.size() == 0) {
            throw TrainingException.invalid("examples", 0, "there must be one");
        }
        this.examples = examples;
        this.options = options;
        this.layout = examples.layout();
        SequencedMap<String, Link> heads = new LinkedHashMap<>();
        examples.heads().forEach(head -> heads.put(head, Link.SIGMOID));
        this.graph = options.graph(layout.width(), heads);
    }

    /// The key of a table's row.
    static long key(int row) {
        return row + (long) FIRST_KEY;
    }

    @Override
    public ProgramSpec spec(Share share) {
        RowOptimizer optimizer = RowOptimizer.adam(options.rowLearningRate());
        List<TableSpec> tables = new ArrayList<>();
        for (EmbeddingSpec table : layout.schema().tables()) {
            tables.add(
                    TableSpec.of(table.name(), table.width())
                            .with(optimizer)
                            .withInitialBound(INITIAL_BOUND));
        }
        List<Lookup> lookups = new ArrayList<>();
        for (Slot slot : layout.slots()) {
            String table = layout.schema().tables().get(slot.table()).name();
            lookups.add(new Lookup(lookup(slot), table, keys(slot)));
        }
        List<Column> columns = new ArrayList<>();
        addNumbers(columns, USER_NUMBERS, layout.userNumbers());
        addNumbers(columns, ITEM_NUMBERS, layout.itemNumbers());
        for (String head : examples.heads()) {
            columns.add(new Column(label(head), 1));
            columns.add(new Column(mask(head), 1));
        }
        ParameterLayout parameters = ParameterLayout.builder().addAll(TOWER, graph).build();
        return new ProgramSpec(
                parameters, tables, lookups, columns, share.rowsMax(options.batchRows()));
    }

    private static void addNumbers(List<Column> columns, String name, int count) {
        if (count > 0) {
            columns.add(new Column(name, count));
        }
    }

    private static int keys(Slot slot) {
        return RankerExamples.isBag(slot) ? slot.valuesMax() : 1;
    }

    private static String lookup(Slot slot) {
        return "feature." + slot.feature();
    }

    private static String label(String head) {
        return "label." + head;
    }

    private static String mask(String head) {
        return "known." + head;
    }

    @Override
    public Program open(ProgramSpec spec) {
        List<Tower.Input> inputs = new ArrayList<>();
        addInputs(inputs, USER_NUMBERS, layout.userNumbers(), Side.USER);
        addInputs(inputs, ITEM_NUMBERS, layout.itemNumbers(), Side.ITEM);
        addInputs(inputs, "", 0, Side.PAIR);
        List<Objective.HeadLoss> losses =
                examples.heads().stream()
                        .map(head -> Objective.HeadLoss.of(head, label(head)).maskedBy(mask(head)))
                        .toList();
        Tower tower = new Tower(TOWER, graph, inputs);
        return new GraphModel(spec, List.of(tower), new Objective.Heads(TOWER, losses)).toScript();
    }

    /// In the order of the layout's columns: a side's numbers, then its embeddings.
    private void addInputs(List<Tower.Input> inputs, String numbers, int count, Side side) {
        if (count > 0) {
            inputs.add(new Tower.Input.Numbers(numbers));
        }
        for (Slot slot : layout.slots()) {
            if (slot.side() == side) {
                inputs.add(
                        RankerExamples.isBag(slot)
                                ? new Tower.Input.Mean(lookup(slot))
                                : new Tower.Input.Embeddings(lookup(slot)));
            }
        }
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
        Map<String, Tensor> tensors = new HashMap<>();
        graph.parameters()
                .forEach(
                        (name, shape) ->
                                tensors.put(
                                        name,
                                        new Tensor(shape, view.parameter(TOWER + "." + name))));
        for (EmbeddingSpec table : layout.schema().tables()) {
            long[] keys = new long[table.rows()];
            for (int row = 0; row < keys.length; row++) {
                keys[row] = key(row);
            }
            float[] rows = view.embeddings(table.name(), keys);
            tensors.put(
                    "table." + table.name(),
                    new Tensor(List.of(table.rows(), table.width()), rows));
        }
        return RankingModel.of(version, layout, graph, Weights.of(tensors));
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
            int column = 0;
            column = putNumbers(batch, column, row, examples.userNumbers(example));
            column = putNumbers(batch, column, row, examples.itemNumbers(example));
            for (float label : examples.labels(example)) {
                boolean isKnown = !Float.isNaN(label);
                batch.column(column++)[row] = isKnown ? label : 0f;
                batch.column(column++)[row] = isKnown ? 1f : 0f;
            }
            long[] keys = examples.keys(example);
            int at = 0;
            List<Slot> slots = layout.slots();
            for (int s = 0; s < slots.size(); s++) {
                int count = keys(slots.get(s));
                System.arraycopy(keys, at, batch.keys(s), row * count, count);
                at += count;
            }
        }

        private static int putNumbers(Batch batch, int column, int row, float[] numbers) {
            if (numbers.length == 0) {
                return column;
            }
            System.arraycopy(
                    numbers, 0, batch.column(column), row * numbers.length, numbers.length);
            return column + 1;
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
