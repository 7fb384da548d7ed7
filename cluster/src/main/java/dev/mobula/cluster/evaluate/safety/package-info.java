/// The protocols that judge models of text.
///
/// Open [dev.mobula.cluster.evaluate.safety.SafetyJudge] first.
@NullMarked
package dev.mobula.cluster.evaluate.safety;

import org.jspecify.annotations.NullMarked;
