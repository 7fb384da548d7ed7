package dev.mobula.actors.trainer;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.trainer.TrainerProtocol.Event;
import dev.mobula.actors.trainer.TrainerProtocol.Phase;
import dev.mobula.actors.trainer.TrainerProtocol.Progress;
import dev.mobula.actors.trainer.TrainingSettings.WhenLost;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.loop.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/*
 * A run is a sequence of attempts. Each has fresh table shards and trainers, which load the newest whole checkpoint;
 * nothing of an attempt is repaired while it runs. When a trainer or a shard is lost, all of the attempt is stopped and
 * the next one goes on from the last checkpoint: with as many workers as before it reaches the same bits as if nothing
 * had happened.
 */
/// Trains on a cluster until the run is done, through losses of workers, shards and nodes.
public final class TrainingJob {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int POLLS_FOR_CAUSE = 40;

    private final Cluster cluster;
    private final String name;
    private final Blueprint blueprint;
    private final TrainingSettings settings;
    private final Path store;
    private final JobListener listener;
    private volatile boolean askedToStop;
    private OptionalInt heardOf = OptionalInt.empty();

    /// A job that keeps its checkpoints in `store`, a folder that every node sees.
    ///
    /// @param name of the run, which its services' names start with
    public TrainingJob(
            Cluster cluster,
            String name,
            Blueprint blueprint,
            TrainingSettings settings,
            Path store,
            JobListener listener) {
        this.cluster = cluster;
        this.name = name;
        this.blueprint = blueprint;
        this.settings = settings;
        this.store = store;
        this.listener = listener;
    }

    /// Runs to the end, or throws what no further attempt can mend.
    public Outcome run() throws IOException {
        int workers = settings.workers();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(attempt, workers);
            } catch (CallException lost) {
                if (!lost.failure().retryable() || attempt == settings.attemptsMax()) {
                    throw lost;
                }
                listener.onLost(attempt, String.valueOf(lost.getMessage()));
            }
            if (settings.whenLost() == WhenLost.SHRINK) {
                workers = Math.max(settings.workersMin(), workers - 1);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Ends the run after the step it is in, with a checkpoint; from any thread.
    public void stop() {
        askedToStop = true;
    }

    private Outcome attempt(int attempt, int workers) throws IOException {
        String prefix = name + "-" + attempt;
        Optional<Checkpoint> from = newest();
        try (Generation generation =
                Generation.spawn(cluster, prefix, blueprint, settings, workers)) {
            int first = from.map(it -> it.manifest().step()).orElse(0);
            heardOf = OptionalInt.of(first);
            listener.onStart(attempt, workers, first);
            generation.start(blueprint, store, from, settings);
            return await(generation);
        }
    }

    /// Where the next attempt begins: not beyond the last step that was heard of, or the steps between would have no record.
    /// Asked before services are spawned: a folder that another run writes is refused at once.
    private Optional<Checkpoint> newest() throws IOException {
        try (CheckpointStore open = CheckpointStore.open(store, TrainerService.KEPT_CHECKPOINTS)) {
            return heardOf.isEmpty() ? open.latest() : open.backTo(heardOf.getAsInt());
        } catch (TrainingException busy) {
            if (busy.code() == Code.BUSY) {
                throw new CallException(
                        Failure.UNAVAILABLE, store + ": another run is writing here", busy);
            }
            throw busy;
        }
    }

    private Outcome await(Generation generation) {
        boolean told = false;
        int pollsLeft = POLLS_FOR_CAUSE;
        while (true) {
            if (askedToStop && !told) {
                generation.stop();
                told = true;
            }
            List<Progress> all = generation.progress();
            all.getFirst().events().forEach(this::tell);
            refuse(all, Phase.FAILED, Failure.APPLICATION);
            // A trainer that fails takes the others with it, and they may be the first to say so.
            boolean mayHaveCause =
                    all.stream().anyMatch(progress -> progress.phase() == Phase.RUNNING);
            if (!mayHaveCause || pollsLeft == 0) {
                refuse(all, Phase.LOST, Failure.UNAVAILABLE);
            }
            if (all.stream().anyMatch(progress -> progress.phase() == Phase.LOST)) {
                pollsLeft--;
            }
            if (all.stream().allMatch(progress -> progress.phase() == Phase.DONE)) {
                return all.getFirst().outcome().orElseThrow();
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static void refuse(List<Progress> all, Phase phase, Failure failure) {
        for (int rank = 0; rank < all.size(); rank++) {
            if (all.get(rank).phase() == phase) {
                throw new CallException(
                        failure, "trainer " + rank + ": " + all.get(rank).message());
            }
        }
    }

    private void tell(Event event) {
        switch (event) {
            case Event.Step it -> {
                heardOf = OptionalInt.of(it.report().step());
                listener.onStep(it.report());
            }
            case Event.Evaluated it -> listener.onEvaluation(it.step(), it.metrics());
            case Event.Saved it ->
                    CheckpointStore.verify(Path.of(it.folder())).ifPresent(listener::onCheckpoint);
            case Event.NotSaved it -> listener.onCheckpointFailed(it.step(), it.message());
        }
    }
}
