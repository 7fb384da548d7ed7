/// What experiments did: users by arm from the log of pages, what they did from the feedback, and what that says.
///
/// Open [dev.mobula.training.experiment.ExperimentReport] first.
@NullMarked
package dev.mobula.training.experiment;

import org.jspecify.annotations.NullMarked;
