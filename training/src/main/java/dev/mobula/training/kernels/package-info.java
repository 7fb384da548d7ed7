/// Arithmetic of training steps on vectors, each with a twin without them that gives the same bits.
///
/// Open [dev.mobula.training.kernels.StepKernels] first.
@NullMarked
package dev.mobula.training.kernels;

import org.jspecify.annotations.NullMarked;
