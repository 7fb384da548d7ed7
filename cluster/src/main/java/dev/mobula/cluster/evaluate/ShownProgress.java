package dev.mobula.cluster.evaluate;

import dev.mobula.training.evaluate.Progress;
import org.jspecify.annotations.Nullable;

/// One bar for each phase of an evaluation, on stderr. Threads may report in any order.
public final class ShownProgress implements Progress, AutoCloseable {
    private dev.mobula.cluster.bench.@Nullable Progress bar;
    private String phase = "";
    private long shown;

    @Override
    public synchronized void step(String newPhase, long done, long total) {
        if (!phase.equals(newPhase)) {
            close();
            phase = newPhase;
            bar = dev.mobula.cluster.bench.Progress.shown(newPhase, total);
        }
        if (bar != null && done > shown) {
            bar.step(done - shown);
            shown = done;
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
        bar = null;
        phase = "";
        shown = 0;
    }
}
