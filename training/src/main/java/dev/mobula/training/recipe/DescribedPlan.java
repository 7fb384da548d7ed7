package dev.mobula.training.recipe;

import dev.mobula.training.TrainingException;
import dev.mobula.training.loop.Plan;
import dev.mobula.training.loop.PlanFactory;
import dev.mobula.training.run.RunDescription;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The plan of a description that travels to other processes: where its paths begin, and its text.
public final class DescribedPlan implements PlanFactory {
    /// The bytes that make the same plan elsewhere, where the same files are.
    public static byte[] bytes(RunDescription description) {
        return (description.base() + "\n" + description.text()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Plan plan(byte[] bytes) {
        String whole = new String(bytes, StandardCharsets.UTF_8);
        int end = whole.indexOf('\n');
        if (end < 0) {
            throw TrainingException.invalid("description", whole, "must begin with its base path");
        }
        RunDescription read =
                RunDescription.of(
                        whole.substring(end + 1),
                        "description",
                        Path.of(whole.substring(0, end)),
                        Recipes.all());
        return new Plan(read.task(), read.loop());
    }
}
