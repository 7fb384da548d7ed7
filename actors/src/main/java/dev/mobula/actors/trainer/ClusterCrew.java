package dev.mobula.actors.trainer;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.loop.CheckpointedModel;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.recipe.DescribedPlan;
import dev.mobula.training.run.Crew;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.run.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The workers of a described run as services of a cluster, through losses of workers, shards and nodes.
///
/// The run's folder and its data lie where every node sees them. The model is judged and published by this process, from
/// the last checkpoint.
public final class ClusterCrew implements Crew {
    private final Cluster cluster;
    private final String name;
    private final TrainingSettings settings;
    private @Nullable TrainingJob running;
    private boolean asked;

    /// @param name that the services' names start with, no other run's
    /// @param settings whose workers are those of the description
    public ClusterCrew(Cluster cluster, String name, TrainingSettings settings) {
        this.cluster = cluster;
        this.name = name;
        this.settings = settings;
    }

    @Override
    public RunRecord train(Job job, Listener listener, Conclusion conclusion) throws IOException {
        RunDescription description = job.description();
        if (description.common().workers() != settings.workers()) {
            throw TrainingException.invalid(
                    "workers", settings.workers(), "must be the description's");
        }
        Blueprint blueprint = Blueprint.of(DescribedPlan.class, DescribedPlan.bytes(description));
        Outcome outcome =
                begin(
                                new TrainingJob(
                                        cluster,
                                        name,
                                        blueprint,
                                        settings,
                                        job.checkpoints(),
                                        new Relay(listener)))
                        .run();
        try (CheckpointedModel model =
                CheckpointedModel.open(
                        description.task(), description.loop(), last(job.checkpoints(), outcome))) {
            return conclusion.of(model.view(), outcome);
        }
    }

    private synchronized TrainingJob begin(TrainingJob job) {
        running = job;
        if (asked) {
            job.stop();
        }
        return job;
    }

    @Override
    public synchronized void stop() {
        asked = true;
        if (running != null) {
            running.stop();
        }
    }

    private static Checkpoint last(Path checkpoints, Outcome outcome) throws IOException {
        try (CheckpointStore store = CheckpointStore.open(checkpoints, 1)) {
            return store.latest()
                    .filter(it -> it.manifest().step() == outcome.steps())
                    .orElseThrow(
                            () ->
                                    new TrainingException(
                                            Code.CORRUPT,
                                            checkpoints
                                                    + " has no whole checkpoint of step "
                                                    + outcome.steps()));
        }
    }

    /// Passes on what the job says; after a loss, from where the next attempt begins.
    private static final class Relay implements JobListener {
        private final Listener listener;
        private String loss = "";

        Relay(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onStart(int attempt, int workers, int fromStep) {
            if (attempt > 1) {
                listener.onLost(loss + "; workers=" + workers, fromStep);
            }
        }

        @Override
        public void onLost(int attempt, String message) {
            loss = message;
        }

        @Override
        public void onStep(StepReport report) {
            listener.onStep(report);
        }

        @Override
        public void onEvaluation(int step, Map<String, Double> metrics) {
            listener.onEvaluation(step, metrics);
        }

        @Override
        public void onCheckpoint(Checkpoint checkpoint) {
            listener.onCheckpoint(checkpoint);
        }

        @Override
        public void onCheckpointFailed(int step, String message) {
            listener.onCheckpointFailed(step, message);
        }
    }
}
