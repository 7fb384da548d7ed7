package dev.mobula.actors.trainer;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How a job uses the cluster.
///
/// @param workers that share every batch
/// @param shards of every embedding table
/// @param trainerResources that each worker reserves on its node
/// @param shardResources that each shard reserves on its node
/// @param jvmOptions of trainers and shards
/// @param whenLost what happens after a worker or a shard is lost
/// @param workersMin fewest workers to go on with
/// @param attemptsMax starts of the run, the first included, before the job gives up
/// @param patience of workers for each other; longer than an evaluation or a checkpoint takes
public record TrainingSettings(
        int workers,
        int shards,
        Map<String, Double> trainerResources,
        Map<String, Double> shardResources,
        List<String> jvmOptions,
        WhenLost whenLost,
        int workersMin,
        int attemptsMax,
        Duration patience) {
    private static final int WORKERS_MAX = 64;
    private static final int SHARDS_MAX = 256;

    /// How a run goes on after a loss.
    public enum WhenLost {
        /// With as many workers as before, as soon as the cluster has room for them: the same bits as never lost.
        WAIT,
        /// With one worker less: the same losses, other bits.
        SHRINK
    }

    public TrainingSettings {
        trainerResources = Map.copyOf(trainerResources);
        shardResources = Map.copyOf(shardResources);
        jvmOptions = List.copyOf(jvmOptions);
        requireRange("workers", workers, 1, WORKERS_MAX);
        requireRange("shards", shards, 1, SHARDS_MAX);
        requireRange("workersMin", workersMin, 1, workers);
        requireRange("attemptsMax", attemptsMax, 1, 1_000);
    }

    /// Reserving one CPU per trainer, waiting for replacements, ten attempts.
    public static TrainingSettings of(int workers, int shards) {
        return new TrainingSettings(
                workers,
                shards,
                Map.of("CPU", 1.0),
                Map.of(),
                List.of(),
                WhenLost.WAIT,
                1,
                10,
                Duration.ofMinutes(15));
    }

    /// The same with another answer to a loss.
    public TrainingSettings when(WhenLost other) {
        return new TrainingSettings(
                workers,
                shards,
                trainerResources,
                shardResources,
                jvmOptions,
                other,
                workersMin,
                attemptsMax,
                patience);
    }

    /// The same with other reservations of each trainer and each shard.
    public TrainingSettings reserving(Map<String, Double> trainer, Map<String, Double> shard) {
        return new TrainingSettings(
                workers,
                shards,
                trainer,
                shard,
                jvmOptions,
                whenLost,
                workersMin,
                attemptsMax,
                patience);
    }

    private static void requireRange(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    field + "=" + value + " is outside " + least + ".." + most);
        }
    }
}
