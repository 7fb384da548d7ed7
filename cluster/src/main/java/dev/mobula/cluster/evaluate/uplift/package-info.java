/// The evaluation of uplift models on a real trial.
///
/// Open [dev.mobula.cluster.evaluate.uplift.UpliftStudy] first.
@NullMarked
package dev.mobula.cluster.evaluate.uplift;

import org.jspecify.annotations.NullMarked;
