/// How the models of safety learn: texts and labels from files, n-gram models with calibration and operating points,
/// and the protocols that keep their figures honest.
///
/// Open [dev.mobula.training.safety.NgramTraining] first.
@NullMarked
package dev.mobula.training.safety;

import org.jspecify.annotations.NullMarked;
