package dev.mobula.training.run;

import dev.mobula.training.settings.Settings;
import java.nio.file.Path;

/// A kind of model that can be described: the value of `task` in a description.
public interface Recipe {
    /// The name, as descriptions write it.
    String name();

    /// Reads the description's sections `data`, `split` and `model` and opens the data; refuses what does not fit.
    ///
    /// @param base what paths in the description are relative to
    RecipeTask read(Settings description, RunDescription.Common common, Path base);
}
