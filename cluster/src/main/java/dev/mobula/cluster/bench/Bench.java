package dev.mobula.cluster.bench;

import dev.mobula.cluster.report.Report;
import java.io.IOException;

/// One benchmark: a name, a line that says what it measures, and a run that reports it.
///
/// Its fields may carry picocli's `@Option`s: they become options of `./mobula bench NAME`, beside the
/// common ones of `BenchContext`.
public interface Bench {
    /// The word after `./mobula bench`.
    String name();

    /// What it measures, in one line.
    String summary();

    /// Measures, and reports what this run came to.
    Report run(BenchContext context) throws IOException, InterruptedException;
}
