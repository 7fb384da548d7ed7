package dev.mobula.training.recipe;

import dev.mobula.training.data.Sequences;
import dev.mobula.training.encoder.EncoderFolder;
import dev.mobula.training.evaluate.PersonModel;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.sequence.NextItemModel;
import dev.mobula.training.sequence.NextItemOptions;
import dev.mobula.training.sequence.NextItemTask;
import dev.mobula.training.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;

/// `task: sequence`: a causal transformer over what people had, by sampled softmax.
///
/// ```yaml
/// model: {width: 64, events: 50, blocks: 2, heads: 2, negatives: 128, dropout: 0.3, gap-decay: 0.5, age-decay: 0.6}
/// ```
final class NextItems implements Learner {
    static final String NAME = "sequence";

    private final NextItemTask task;

    private NextItems(NextItemTask task) {
        this.task = task;
    }

    static Learner read(Settings top, RunDescription.Common common, Sequences train) {
        Learner.requireScript(top, common);
        Settings model = top.section("model");
        NextItemOptions usual = NextItemOptions.usual();
        NextItemOptions options =
                new NextItemOptions(
                        Learner.width(model, "width", usual.width()),
                        (int) model.whole("events", 1, 1_000, usual.eventsMax()),
                        (int) model.whole("blocks", 1, 12, usual.blocks()),
                        (int) model.whole("heads", 1, 64, usual.heads()),
                        (int) model.whole("negatives", 1, 10_000, usual.negatives()),
                        model.number("dropout", 0, 0.99, usual.dropout()),
                        model.number("gap-decay", 0, 0.99, usual.gapDecay()),
                        model.number("age-decay", 0.01, 0.99, usual.ageDecay()),
                        common.batchRows(),
                        Learner.epochs(common),
                        usual.learningRate(),
                        common.rows());
        return new NextItems(new NextItemTask(train, options, common.seed()));
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
    public DenseSettings rates(DenseSettings described) {
        return NextItemTask.rates(described);
    }

    @Override
    public PersonModel model(ModelView view) {
        return PersonModel.of(task.model(view));
    }

    @Override
    public ItemVectors save(ModelView view, Sequences known, Path folder) throws IOException {
        NextItemModel model = task.model(view);
        new EncoderFolder(folder).save(NAME, model.shape(), known.itemIds(), model.weights());
        return new ItemVectors(model.shape().width(), model.itemVectors());
    }
}
