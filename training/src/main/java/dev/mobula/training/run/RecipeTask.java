package dev.mobula.training.run;

import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import java.nio.file.Path;
import java.util.Map;

/// A model to train whose data is open: what the loop runs, and what comes after it.
public interface RecipeTask extends Task {
    /// Fingerprints of the data by name.
    Map<String, String> data();

    /// Refuses to go on with data that is not what it was when it was opened.
    void requireUnchanged();

    /// Steps of one epoch, or 0 where that is not known.
    long stepsPerEpoch();

    /// The described rates of the dense parameters, with what the model wants besides.
    default DenseSettings rates(DenseSettings described) {
        return described;
    }

    /// What the finished model is worth on data it neither learned from nor was tuned on.
    Evidence judge(ModelView model);

    /// Writes the model's files below a folder and names them as parts of a bundle.
    void export(ModelView model, Path folder, BundleDraft draft);
}
