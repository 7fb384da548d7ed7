/// How the flat vector learns: Adam with clipping, schedules and rates by group; when to stop.
///
/// Open [dev.mobula.training.optimize.DenseOptimizer] first.
@NullMarked
package dev.mobula.training.optimize;

import org.jspecify.annotations.NullMarked;
