package dev.mobula.training.closedloop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.world.WorldSpec;

/// A closed-loop experiment: a world, how it is cut into generations, and how long each learns.
///
/// Generation 0 is served by popularity; every later one begins with a model learned from what was served before it.
///
/// @param generations how many, generation 0 included; the world goes on for as many stretches of `generationDays`
/// @param epochs how often a model reads its log
/// @param judgedEvery of so many requests one is compared with the oracle
public record LoopSpec(
        int users, int items, int generations, int generationDays, int epochs, int judgedEvery) {
    public LoopSpec {
        require("generations", generations, 2, 20);
        require("generationDays", generationDays, 1, 30);
        require("epochs", epochs, 1, 100);
        require("judgedEvery", judgedEvery, 1, 10_000);
    }

    /// The world of one seed.
    public WorldSpec world(long seed) {
        return WorldSpec.of(seed, users, items, generations * generationDays);
    }

    private static void require(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw TrainingException.invalid(field, value, "must be in " + least + ".." + most);
        }
    }
}
