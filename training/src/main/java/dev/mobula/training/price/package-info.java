/// Finds what one unit of each shared budget is worth.
///
/// The dual of a linear programme over all people and all messages, solved by accelerated gradient steps that need one
/// pass over the options each; online, prices follow what was spent. Open [PriceSolver] first.
@NullMarked
package dev.mobula.training.price;

import org.jspecify.annotations.NullMarked;
