package dev.mobula.training.towers;

import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.table.TableSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Two towers over one table of item embeddings, trained by an in-batch softmax with logQ correction.
/*
 * Idea: a person is the mean of the embeddings of what they had and the embedding of what they had last, through a few
 * layers to a vector of length one; an item is its own embedding through other layers. The next item is to be nearest to
 * its person among all items of the global batch [1]. Popular items come as negatives more often than by right, so the
 * logarithm of how often an item comes is taken from its logit [2].
 *
 * [1] Covington, Adams, Sargin, Deep Neural Networks for YouTube Recommendations, RecSys 2016.
 * [2] Yi et al., Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations, RecSys 2019.
 */
public final class TwoTowerTask implements Task {
    static final String PERSON = "person";
    static final String ITEM = "item";
    static final String TABLE = "items";

    private static final String LOG_SHARE = "log_share";

    private final Sequences sequences;
    private final TwoTowerOptions options;

    public TwoTowerTask(Sequences sequences, TwoTowerOptions options) {
        if (TwoTowerSource.examples(sequences) < options.batchRows()) {
            throw TrainingException.invalid(
                    "batchRows",
                    options.batchRows(),
                    "must be at most the %d events that have one before them"
                            .formatted(TwoTowerSource.examples(sequences)));
        }
        this.sequences = sequences;
        this.options = options;
    }

    @Override
    public ProgramSpec spec(Share share) {
        TwoTowerModel.Shape shape = TwoTowerModel.Shape.of(options);
        return new ProgramSpec(
                ParameterLayout.builder()
                        .addAll(PERSON, shape.personGraph())
                        .addAll(ITEM, shape.itemGraph())
                        .build(),
                List.of(TableSpec.of(TABLE, options.width()).with(options.rows())),
                List.of(
                        new Lookup("history", TABLE, options.eventsMax()),
                        new Lookup("last", TABLE, 1),
                        new Lookup("item", TABLE, 1)),
                List.of(new Column(LOG_SHARE, 1)),
                share.rowsMax(options.batchRows()));
    }

    @Override
    public Program open(ProgramSpec spec) {
        return open(spec, options.engine());
    }

    /// The options' engine, unless they leave the choice.
    @Override
    public Program open(ProgramSpec spec, Engine engine) {
        TwoTowerModel.Shape shape = TwoTowerModel.Shape.of(options);
        Objective objective =
                new Objective.InBatch(
                        PERSON,
                        ITEM,
                        options.temperature(),
                        "item",
                        Optional.of(LOG_SHARE),
                        Optional.empty());
        List<Tower> towers =
                List.of(
                        new Tower(
                                PERSON,
                                shape.personGraph(),
                                List.of(
                                        new Tower.Input.Mean("history"),
                                        new Tower.Input.Embeddings("last"))),
                        new Tower(
                                ITEM,
                                shape.itemGraph(),
                                List.of(new Tower.Input.Embeddings("item"))));
        Engine wanted = options.engine() == Engine.FASTEST ? engine : options.engine();
        return new GraphModel(spec, towers, objective).open(wanted, System::nanoTime);
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new TwoTowerSource(sequences, options, share, seed);
    }

    public int stepsPerEpoch() {
        return Math.ceilDiv(TwoTowerSource.examples(sequences), options.batchRows());
    }

    /// The model as it is, to rank with.
    public TwoTowerModel model(ModelView view) {
        long[] keys = new long[sequences.items()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = TwoTowerSource.key(i);
        }
        Map<String, Tensor> tensors = view.tensors();
        tensors.put(
                TwoTowerModel.EMBEDDINGS,
                new Tensor(List.of(keys.length, options.width()), view.embeddings(TABLE, keys)));
        return TwoTowerModel.of(TwoTowerModel.Shape.of(options), Weights.of(tensors));
    }
}
