/// The loop of a run: batches in, steps, evaluations, checkpoints.
///
/// Open [dev.mobula.training.loop.Task] first, which is what a model to train provides, then
/// [dev.mobula.training.loop.TrainingLoop].
@NullMarked
package dev.mobula.training.loop;

import org.jspecify.annotations.NullMarked;
