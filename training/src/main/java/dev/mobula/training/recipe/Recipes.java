package dev.mobula.training.recipe;

import dev.mobula.training.run.RankerRecipe;
import dev.mobula.training.run.Recipe;
import java.util.List;

/// The recipes there are.
public final class Recipes {
    private static final List<Recipe> ALL =
            List.of(
                    new RankerRecipe(),
                    new EventsRecipe(TwoTowers.NAME, TwoTowers::read),
                    new EventsRecipe(NextItems.NAME, NextItems::read),
                    new EventsRecipe(Factors.NAME, Factors::read));

    private Recipes() {}

    public static List<Recipe> all() {
        return ALL;
    }
}
