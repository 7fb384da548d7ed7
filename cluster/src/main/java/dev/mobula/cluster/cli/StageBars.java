package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.Progress;
import dev.mobula.retrieval.frozen.BuildProgress;

/// One progress bar after the other, one for each stage of a build; nothing when nobody watches.
final class StageBars implements BuildProgress, AutoCloseable {
    private final boolean shown;
    private String stage = "";
    private long reported;
    private Progress bar = Progress.silent();

    StageBars(Console console) {
        shown = console.watched();
    }

    /// Called from all threads of the build, which may report out of order.
    @Override
    public synchronized void advanced(String newStage, long done, long total) {
        if (!newStage.equals(stage)) {
            bar.close();
            stage = newStage;
            reported = 0;
            bar = shown ? Progress.shown(newStage, total) : Progress.silent();
        }
        if (done > reported) {
            bar.step(done - reported);
            reported = done;
        }
    }

    @Override
    public synchronized void close() {
        bar.close();
    }
}
