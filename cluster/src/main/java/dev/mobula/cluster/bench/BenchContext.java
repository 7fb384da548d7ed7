package dev.mobula.cluster.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What a benchmark is asked for, and where it may keep what it prepares.
///
/// @param quick end within a minute
/// @param soak run for this long and report the slope of memory, instead of measuring speed
/// @param prepareOnly make and keep what takes longer than a run, in steps that can be resumed
/// @param peers the names of the peers to interleave with Mobula
/// @param ray run on a real Ray cluster
/// @param prepared the folder that outlives runs
/// @param checkout the folder of the launcher
/// @param terminal whether somebody watches progress
public record BenchContext(
        boolean quick,
        Optional<Duration> soak,
        boolean prepareOnly,
        Set<String> peers,
        boolean ray,
        Path prepared,
        Path checkout,
        boolean terminal) {

    public BenchContext {
        peers = Set.copyOf(peers);
    }

    /// Shows the progress of long work on the terminal; nothing when nobody watches.
    public Progress progress(String task, long steps) {
        return terminal ? Progress.shown(task, steps) : Progress.silent();
    }
}
