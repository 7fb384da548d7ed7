package dev.mobula.training.run;

import java.util.List;

/// The recipes there are.
public final class Recipes {
    private static final List<Recipe> ALL = List.of(new RankerRecipe());

    private Recipes() {}

    public static List<Recipe> all() {
        return ALL;
    }
}
