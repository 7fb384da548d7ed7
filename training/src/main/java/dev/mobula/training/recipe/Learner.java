package dev.mobula.training.recipe;

import dev.mobula.training.data.Sequences;
import dev.mobula.training.evaluate.PersonModel;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.program.Engine;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;

/// A model of what people have next, as described: how it is trained, used and kept.
interface Learner {
    Task task();

    int stepsPerEpoch();

    /// The described rates, with what the model wants besides.
    default DenseSettings rates(DenseSettings described) {
        return described;
    }

    /// The model as it is, to rank with.
    PersonModel model(ModelView view);

    /// Writes the encoder that serves, and gives what it is to find.
    ///
    /// @param known ids of people and items
    ItemVectors save(ModelView view, Sequences known, Path folder) throws IOException;

    /// Reads a description's section `model`; refuses what does not fit.
    @FunctionalInterface
    interface Reader {
        Learner read(Settings description, RunDescription.Common common, Sequences train);
    }

    /// Epochs that a source is to last: the described ones, or more than any described number of steps needs.
    static int epochs(RunDescription.Common common) {
        return common.epochs() > 0 ? common.epochs() : 10_000;
    }

    /// A width of embeddings: a multiple of 16.
    static int width(Settings section, String key, int otherwise) {
        int width = (int) section.whole(key, 16, 512, otherwise);
        if (width % 16 != 0) {
            throw section.refusal(key, "must be a multiple of 16");
        }
        return width;
    }

    /// Refuses an engine that there is not: gradients of such a model were not derived by hand.
    static void requireScript(Settings description, RunDescription.Common common) {
        if (common.engine() == Engine.VECTOR) {
            throw description.refusal("engine", "must be script or fastest for this task");
        }
    }
}
