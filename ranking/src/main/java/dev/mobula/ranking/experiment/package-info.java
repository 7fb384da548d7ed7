/// Named experiments: who is in which arm, what the arm changes, and what came of it.
///
/// Open [dev.mobula.ranking.experiment.ExperimentPlan] first: it assigns a user to arms and tells the parameters in force.
/// [dev.mobula.ranking.experiment.SampleRatio] and [dev.mobula.ranking.experiment.Comparison] judge the result.
@NullMarked
package dev.mobula.ranking.experiment;

import org.jspecify.annotations.NullMarked;
