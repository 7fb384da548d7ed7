package dev.mobula.training.factor;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.optimize.Schedule;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.ScriptProgram;
import dev.mobula.training.table.TableSpec;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Implicit matrix factorisation: one vector per person and item, trained by a softmax over cosines.
/*
 * Idea: of all items, the one that a person had is to have the greatest cosine with them: softmax over cosines divided by
 * a temperature, with negatives drawn evenly, shared by the step and weighed to stand for all items. Cosines keep popular
 * items from winning by length alone, and the temperature decides how much the hardest negatives count.
 *
 * Vectors start at the factors of D_U^-½ R D_I^-½, the best there are in closed form for the filter that keeps the
 * lowest frequencies of the graph [1]; what is learned is a row that is added to the start and begins at zero. From there
 * a few epochs do what random vectors need dozens for.
 *
 * [1] Shen et al., How Powerful is Graph Convolution for Recommendation?, CIKM 2021.
 */
public final class FactorTask implements Task {
    private static final String USERS = "users";
    private static final String ITEMS = "items";
    private static final int PASSES = 4;
    private static final double LEAST_RATE_SHARE = 0.05;
    private static final String LINES =
            """
            u = torch.view(torch.add(user, torch.view(user_start, [-1, PAIRS, WIDTH])), [-1, WIDTH])
            i = torch.view(torch.add(item, torch.view(item_start, [-1, PAIRS, WIDTH])), [-1, WIDTH])
            n = torch.add(torch.view(negative, [-1, WIDTH]), torch.view(negative_start, [-1, WIDTH]))
            drawn = torch.view(negative_present, [-1])
            u = torch.div(u, torch.sqrt(torch.add(torch.sum(torch.mul(u, u), [1], True), 1e-12)))
            i = torch.div(i, torch.sqrt(torch.add(torch.sum(torch.mul(i, i), [1], True), 1e-12)))
            n = torch.div(n, torch.sqrt(torch.add(torch.sum(torch.mul(n, n), [1], True), 1e-12)))
            own = torch.mul(torch.sum(torch.mul(u, i), [1]), SHARPNESS)
            rest = torch.mul(torch.matmul(u, torch.t(n)), SHARPNESS)
            rest = torch.logsumexp(torch.add(rest, torch.mul(torch.sub(drawn, 1.), 1e9)), [1])
            rest = torch.sub(torch.add(rest, LOG_ITEMS), torch.log(torch.sum(drawn)))
            there = torch.view(user_present, [-1])
            loss = torch.sum(torch.mul(torch.softplus(torch.sub(rest, own), 1, 20), there))
            weight = torch.view(torch.sum(there), [1])
            """;

    private final InteractionMatrix pairs;
    private final FactorOptions options;
    private final long seed;
    private @Nullable Embeddings starts;

    public FactorTask(InteractionMatrix pairs, FactorOptions options, long seed) {
        this.pairs = pairs;
        this.options = options;
        this.seed = seed;
    }

    /// Solved for when they are first needed: whoever asks for the tables alone does not wait for them.
    private synchronized Embeddings starts() {
        Embeddings known = starts;
        if (known == null) {
            TruncatedSvd factors =
                    TruncatedSvd.of(SparseMatrix.normalised(pairs), options.width(), PASSES, seed);
            known =
                    new Embeddings(
                            options.width(),
                            unit(factors.scaled(factors.left())),
                            unit(factors.scaled(factors.right())));
            starts = known;
        }
        return known;
    }

    /// Vectors of length one; those of nobody stay zeros.
    private float[] unit(float[] vectors) {
        int width = options.width();
        for (int at = 0; at < vectors.length; at += width) {
            double squares = 0;
            for (int j = at; j < at + width; j++) {
                squares += (double) vectors[j] * vectors[j];
            }
            float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0f;
            for (int j = at; j < at + width; j++) {
                vectors[j] *= scale;
            }
        }
        return vectors;
    }

    @Override
    public ProgramSpec spec(Share share) {
        int width = options.width();
        int perRow = options.pairsPerRow();
        return new ProgramSpec(
                ParameterLayout.builder().build(),
                List.of(table(USERS), table(ITEMS)),
                List.of(
                        new Lookup("user", USERS, perRow),
                        new Lookup("item", ITEMS, perRow),
                        new Lookup("negative", ITEMS, negativesPerRow(share))),
                List.of(
                        new Column("user_start", perRow * width),
                        new Column("item_start", perRow * width),
                        new Column("negative_start", negativesPerRow(share) * width)),
                share.rowsMax(options.batchRows()));
    }

    /// Every share has room for all negatives of its step, so that its softmax is that of the whole batch.
    static int negativesPerRow(Share share) {
        return share.size() == 1 ? 1 : share.size() + 1;
    }

    private TableSpec table(String name) {
        return TableSpec.of(name, options.width()).with(options.rows()).withInitialBound(0);
    }

    @Override
    public Program open(ProgramSpec spec) {
        String lines =
                LINES.replaceAll("(?m)^", "    ")
                        .replace("PAIRS", Integer.toString(options.pairsPerRow()))
                        .replace("WIDTH", Integer.toString(options.width()))
                        .replace("SHARPNESS", number(1 / options.temperature()))
                        .replace("LOG_ITEMS", number(Math.log(pairs.items())));
        return ScriptProgram.of(spec, lines);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.9g", value);
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new FactorSource(pairs, options, starts(), share, seed);
    }

    /// A run over all epochs, with rates that fall.
    public LoopSettings settings(long seed) {
        int steps = Math.multiplyExact(stepsPerEpoch(), options.epochs());
        Schedule falling =
                new Schedule(Schedule.Decay.LINEAR, 0, Math.max(1, steps), LEAST_RATE_SHARE);
        return LoopSettings.of(seed, steps, DenseSettings.adam(1e-3).with(falling));
    }

    public int stepsPerEpoch() {
        return FactorSource.steps(pairs, options.withEpochs(1));
    }

    /// The vectors as they are: each start plus its row, of length one.
    public Embeddings model(ModelView view) {
        return new Embeddings(
                options.width(),
                sums(view, USERS, starts().users(), pairs.users()),
                sums(view, ITEMS, starts().items(), pairs.items()));
    }

    private float[] sums(ModelView view, String table, float[] starts, int count) {
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = FactorSource.key(i);
        }
        float[] rows = view.embeddings(table, keys);
        for (int i = 0; i < rows.length; i++) {
            rows[i] += starts[i];
        }
        return unit(rows);
    }
}
