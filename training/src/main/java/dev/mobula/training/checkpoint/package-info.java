/// The state of a run on disk, from which it goes on as if nothing had happened.
///
/// Open [dev.mobula.training.checkpoint.CheckpointStore] first.
@NullMarked
package dev.mobula.training.checkpoint;

import org.jspecify.annotations.NullMarked;
