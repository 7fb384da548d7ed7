package dev.mobula.training.recipe;

import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.encoder.EncoderFolder;
import dev.mobula.training.evaluate.PersonModel;
import dev.mobula.training.factor.Embeddings;
import dev.mobula.training.factor.FactorOptions;
import dev.mobula.training.factor.FactorTask;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Task;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `task: factorisation`: a vector for every person and item that was there, by a softmax over cosines.
///
/// The order of events does not matter to it. Who came later has no vector until the next run.
///
/// ```yaml
/// model: {width: 64, temperature: 0.1, pairs: 4}
/// ```
final class Factors implements Learner {
    static final String NAME = "factorisation";

    private static final Kernels KERNELS = Kernels.best();

    private final FactorTask task;

    /// What an exported folder's vectors are.
    record Shape(int width) {}

    private Factors(FactorTask task) {
        this.task = task;
    }

    static Learner read(Settings top, RunDescription.Common common, Sequences train) {
        Learner.requireScript(top, common);
        Settings model = top.section("model");
        FactorOptions usual = FactorOptions.usual();
        FactorOptions options =
                new FactorOptions(
                        Learner.width(model, "width", usual.width()),
                        model.number("temperature", 0.01, 10, usual.temperature()),
                        common.batchRows(),
                        (int) model.whole("pairs", 1, 64, usual.pairsPerRow()),
                        Learner.epochs(common),
                        common.rows());
        int least = Math.min(train.items(), train.users());
        if (options.width() > least) {
            throw model.refusal("width", "must be at most the " + least + " people or items");
        }
        return new Factors(new FactorTask(train.matrix(), options, common.seed()));
    }

    @Override
    public Task task() {
        return task;
    }

    @Override
    public int stepsPerEpoch() {
        return task.stepsPerEpoch();
    }

    @Override
    public PersonModel model(ModelView view) {
        return of(task.model(view));
    }

    /// Ranks by the vector that the person has.
    static PersonModel of(Embeddings vectors) {
        int width = vectors.width();
        return new PersonModel() {
            @Override
            public int items() {
                return vectors.itemCount();
            }

            @Override
            public Scorer scorer() {
                return (person, history, scores) -> {
                    for (int item = 0; item < items(); item++) {
                        scores[item] =
                                KERNELS.dot(
                                        vectors.users(),
                                        person * width,
                                        vectors.items(),
                                        item * width,
                                        width);
                    }
                };
            }
        };
    }

    @Override
    public ItemVectors save(ModelView view, Sequences known, Path folder) throws IOException {
        Embeddings vectors = task.model(view);
        int width = vectors.width();
        Weights weights =
                Weights.of(
                        Map.of(
                                "vectors.people",
                                new Tensor(List.of(vectors.userCount(), width), vectors.users()),
                                "vectors.items",
                                new Tensor(List.of(vectors.itemCount(), width), vectors.items())));
        EncoderFolder encoder = new EncoderFolder(folder);
        encoder.save(NAME, new Shape(width), known.itemIds(), weights);
        encoder.savePeople(known.userIds());
        return new ItemVectors(width, vectors.items());
    }
}
