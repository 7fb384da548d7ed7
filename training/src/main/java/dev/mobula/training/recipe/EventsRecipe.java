package dev.mobula.training.recipe;

import dev.mobula.training.run.Recipe;
import dev.mobula.training.run.RecipeTask;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.settings.Settings;
import java.nio.file.Path;

/// A model of what people have next, learned from what they had in order.
///
/// Everybody's last event tests, the one before it validates, all others train.
///
/// ```yaml
/// task: sequence                       # or two-tower, or factorisation
/// data: {sequences: beauty.txt.gz}     # lines of user item item ..., oldest first
///   # or {joined: joined/home, kind: click}, what data join made
/// ```
record EventsRecipe(String name, Learner.Reader reader) implements Recipe {
    private static final int K_MAX = 1_000;

    @Override
    public RecipeTask read(Settings top, RunDescription.Common common, Path base) {
        Settings data = top.section("data");
        EventData events = EventData.read(data, base);
        int k = (int) data.whole("k", 1, K_MAX, 10);
        int people = (int) data.whole("evaluation-people", 100, 100_000_000, 20_000);
        if (top.has("split")) {
            throw top.refusal(
                    "split", "is not for this task: the last two events of each are held out");
        }
        Learner learner = reader.read(top, common, events.train());
        return new EventsTask(name, events, learner, k, people);
    }
}
