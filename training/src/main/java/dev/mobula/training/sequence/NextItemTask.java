package dev.mobula.training.sequence;

import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.factor.Embeddings;
import dev.mobula.training.factor.TruncatedSvd;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.optimize.Schedule;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.ScriptProgram;
import dev.mobula.training.table.RowOptimizer;
import dev.mobula.training.table.TableSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A causal transformer that learns what comes next, by sampled softmax over items.
/*
 * Idea: the person after p events is h = Σ ageDecay^age · in(item) + transformer(events), and an item's logit is
 * exp(sharpness) · h · out(item). The transformer is SASRec's [1] with norms first. It starts silent and the embeddings
 * start at the factors of the decayed counts of transitions, so training begins where counting of that rank ends, and
 * learns what counting cannot: the order of more than two, and what few have had. in(item) and out(item) are a start,
 * which is known before training and comes with the batch, plus a row that is learned and starts at zero.
 *
 * Each position's target is the next event, or with falling chance a later one; negatives are drawn evenly from the items
 * that the sequence does not hold, anew for each sequence and epoch, and weighed to stand for all of them.
 *
 * [1] Kang and McAuley, Self-Attentive Sequential Recommendation, ICDM 2018.
 */
public final class NextItemTask implements Task {
    static final String EVENTS = "events";
    static final String ITEMS = "items";

    private static final double START_COLUMN_POWER = 0.25;
    private static final int START_REACH = 50;
    private static final double START_GAP_DECAY = 0.9;
    private static final double START_DAMPING = 0.5;
    private static final int PASSES = 4;
    private static final double INITIAL_BOUND = 0;
    private static final int WARM_UP_STEPS = 50;
    private static final double SHARPNESS_RATE = 10;

    private final Sequences sequences;
    private final NextItemOptions options;
    private final long seed;
    private @Nullable Embeddings starts;

    public NextItemTask(Sequences sequences, NextItemOptions options, long seed) {
        if (sequences.items() <= options.negatives() + options.eventsMax()) {
            throw TrainingException.invalid(
                    "negatives",
                    options.negatives(),
                    "with eventsMax=%d must be below the %d items"
                            .formatted(options.eventsMax(), sequences.items()));
        }
        if (sequences.items() < options.width()) {
            throw TrainingException.invalid(
                    "width", options.width(), "must be at most the items=" + sequences.items());
        }
        this.sequences = sequences;
        this.options = options;
        this.seed = seed;
    }

    /// Solved for when they are first needed: whoever asks for the tables alone does not wait for them.
    private synchronized Embeddings starts() {
        Embeddings known = starts;
        if (known == null) {
            TruncatedSvd factors =
                    TruncatedSvd.of(
                            Transitions.counts(sequences, START_GAP_DECAY, START_REACH)
                                    .damped(START_DAMPING, START_COLUMN_POWER),
                            options.width(),
                            PASSES,
                            seed);
            known =
                    new Embeddings(
                            options.width(),
                            factors.scaled(factors.left()),
                            factors.scaled(factors.right()));
            starts = known;
        }
        return known;
    }

    @Override
    public ProgramSpec spec(Share share) {
        int width = options.width();
        int length = options.eventsMax();
        RowOptimizer optimizer = options.rows();
        return new ProgramSpec(
                new NextItemScript(options, sequences.items()).parameters(),
                List.of(table(EVENTS, optimizer), table(ITEMS, optimizer)),
                List.of(
                        new Lookup("event", EVENTS, length),
                        new Lookup("target", ITEMS, length),
                        new Lookup("negative", ITEMS, options.negatives())),
                List.of(
                        new Column("event_start", length * width),
                        new Column("target_start", length * width),
                        new Column("negative_start", options.negatives() * width)),
                share.rowsMax(options.batchRows()));
    }

    private TableSpec table(String name, RowOptimizer optimizer) {
        return TableSpec.of(name, options.width()).with(optimizer).withInitialBound(INITIAL_BOUND);
    }

    @Override
    public Program open(ProgramSpec spec) {
        String lines = new NextItemScript(options, sequences.items()).lines();
        return ScriptProgram.of(spec, lines);
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new NextItemSource(
                sequences, options, starts().users(), starts().items(), share, seed);
    }

    /// A run over all epochs: the rates rise at first and then fall to nothing.
    public LoopSettings settings(long seed) {
        int steps = steps();
        DenseSettings dense =
                rates(
                        DenseSettings.adam(options.learningRate())
                                .with(Schedule.cosine(Math.min(WARM_UP_STEPS, steps / 2), steps)));
        return LoopSettings.of(seed, steps, dense);
    }

    /// The same rates but for the sharpness, a single number that has far to go.
    public static DenseSettings rates(DenseSettings given) {
        return given.withGroupRates(Map.of(NextItemScript.SHARPNESS, SHARPNESS_RATE));
    }

    /// Steps of a whole run.
    public int steps() {
        return Math.multiplyExact(options.epochs(), stepsPerEpoch());
    }

    public int stepsPerEpoch() {
        int rows = (int) Arrays.stream(sequences.itemsOf()).filter(s -> s.length > 1).count();
        return Math.ceilDiv(rows, options.batchRows());
    }

    /// The model as it is, to rank with.
    public NextItemModel model(ModelView view) {
        Map<String, Tensor> tensors = view.tensors();
        tensors.put(NextItemModel.IN, embeddings(view, EVENTS, starts().users()));
        tensors.put(NextItemModel.OUT, embeddings(view, ITEMS, starts().items()));
        return NextItemModel.of(NextItemModel.Shape.of(options), Weights.of(tensors));
    }

    private Tensor embeddings(ModelView view, String table, float[] start) {
        long[] keys = new long[sequences.items()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = NextItemSource.key(i);
        }
        float[] rows = view.embeddings(table, keys);
        for (int i = 0; i < rows.length; i++) {
            rows[i] += start[i];
        }
        return new Tensor(List.of(keys.length, options.width()), rows);
    }
}
