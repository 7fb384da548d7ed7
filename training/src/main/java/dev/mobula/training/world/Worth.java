package dev.mobula.training.world;

import dev.mobula.training.TrainingException;

/// What each thing a user can do is worth to that user: the yardstick of a world.
public record Worth(
        double click,
        double dwellMinute,
        double like,
        double reply,
        double follow,
        double hide,
        double report) {
    /// A minute well spent counts more than a click; a report outweighs many likes.
    public static final Worth USUAL = new Worth(.2, .5, 1, 2, 3, -4, -15);

    public Worth {
        for (double weight : new double[] {click, dwellMinute, like, reply, follow, hide, report}) {
            if (!(Math.abs(weight) <= 1_000)) {
                throw TrainingException.invalid("worth", weight, "must be in -1000..1000");
            }
        }
    }
}
