/// What judging texts and evaluating rules costs, beside scikit-learn.
///
/// Open [dev.mobula.cluster.bench.safety.SafetyBench] first.
@NullMarked
package dev.mobula.cluster.bench.safety;

import org.jspecify.annotations.NullMarked;
