/// Judges models on data they have not seen, by published protocols, beside published numbers.
///
/// A protocol splits the data and says what is measured; a model is named on the command line or by a caller.
/// Open [InteractionEvaluation] first.
@NullMarked
package dev.mobula.training.evaluate;

import org.jspecify.annotations.NullMarked;
