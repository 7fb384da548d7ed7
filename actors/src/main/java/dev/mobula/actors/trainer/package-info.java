/// Training on the cluster: workers and table shards as services, and the job that starts, watches and resumes them.
///
/// Open [dev.mobula.actors.trainer.TrainingJob] first.
@NullMarked
package dev.mobula.actors.trainer;

import org.jspecify.annotations.NullMarked;
