package dev.mobula.cluster.bench.ann;

import java.io.IOException;

/// One library with one index: answers all queries at a setting, on one thread.
interface Contender extends AutoCloseable {
    String name();

    /// Settings in the order of growing recall.
    int[] knobs();

    /// One run over all queries.
    Run run(int knob) throws IOException;

    @Override
    void close() throws IOException;

    /// Recall at ten, and processor time of one query.
    record Run(double recall, double micros) {}
}
