package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.Progress;

/// A progress bar over a share that is told as a fraction; nothing when nobody watches.
final class ShareBar implements AutoCloseable {
    private static final int STEPS = 1_000;

    private final Progress bar;
    private int shown;

    ShareBar(Console console, String task) {
        bar = console.watched() ? Progress.shown(task, STEPS) : Progress.silent();
    }

    /// So much is done; less than 0 when that is not known.
    void at(double share) {
        int steps = (int) (Math.min(1, share) * STEPS);
        if (steps > shown) {
            bar.step(steps - shown);
            shown = steps;
        }
    }

    @Override
    public void close() {
        bar.close();
    }
}
