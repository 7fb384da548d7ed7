/// The kinds of models that a run's description can name.
///
/// Open [dev.mobula.training.recipe.Recipes] first.
@NullMarked
package dev.mobula.training.recipe;

import org.jspecify.annotations.NullMarked;
