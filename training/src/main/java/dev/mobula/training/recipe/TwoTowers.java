package dev.mobula.training.recipe;

import dev.mobula.training.data.Sequences;
import dev.mobula.training.encoder.EncoderFolder;
import dev.mobula.training.evaluate.PersonModel;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Task;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.settings.Settings;
import dev.mobula.training.towers.TwoTowerModel;
import dev.mobula.training.towers.TwoTowerOptions;
import dev.mobula.training.towers.TwoTowerTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `task: two-tower`: a person's tower over their events and an item's tower, by in-batch softmax with logQ correction.
///
/// ```yaml
/// model: {width: 64, dimension: 64, hidden: [128], events: 50, temperature: 0.1}
/// ```
final class TwoTowers implements Learner {
    static final String NAME = "two-tower";

    private final TwoTowerTask task;

    private TwoTowers(TwoTowerTask task) {
        this.task = task;
    }

    static Learner read(Settings top, RunDescription.Common common, Sequences train) {
        Settings model = top.section("model");
        TwoTowerOptions options =
                new TwoTowerOptions(
                        Learner.width(model, "width", 64),
                        Learner.width(model, "dimension", 64),
                        model.has("hidden") ? model.wholes("hidden", 1, 4_096) : List.of(128),
                        (int) model.whole("events", 1, 1_000, 50),
                        model.number("temperature", 0.01, 10, 0.1),
                        common.batchRows(),
                        Learner.epochs(common),
                        common.rows(),
                        common.engine());
        return new TwoTowers(new TwoTowerTask(train, options));
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
        return PersonModel.of(task.model(view));
    }

    @Override
    public ItemVectors save(ModelView view, Sequences known, Path folder) throws IOException {
        TwoTowerModel model = task.model(view);
        new EncoderFolder(folder).save(NAME, model.shape(), known.itemIds(), model.weights());
        return new ItemVectors(model.shape().dimension(), model.itemVectors());
    }
}
