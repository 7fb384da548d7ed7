/// What a message adds: learned from trials that sent at random, and judged on people the model has not seen.
///
/// Open [UpliftModel] first; [UpliftTrial] judges who is chosen within a budget, with intervals.
@NullMarked
package dev.mobula.training.uplift;

import org.jspecify.annotations.NullMarked;
