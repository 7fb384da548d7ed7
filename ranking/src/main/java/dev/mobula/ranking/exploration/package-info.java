/// Randomised choices, each one draw from a distribution that is logged.
///
/// A bandit ([dev.mobula.ranking.exploration.ThompsonSampling], [dev.mobula.ranking.exploration.LinUcb],
/// [dev.mobula.ranking.exploration.RecoveringSoftmax]) makes an
/// [dev.mobula.ranking.exploration.ArmDistribution]; drawing from it gives the arm with the exact probability it had.
/// [dev.mobula.ranking.exploration.ExplorationSlots] puts draws on a page. Open the distribution first.
@NullMarked
package dev.mobula.ranking.exploration;

import org.jspecify.annotations.NullMarked;
