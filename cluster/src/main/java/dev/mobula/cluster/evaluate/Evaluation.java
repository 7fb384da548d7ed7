package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.report.Report;

/// One evaluation: a name, a line that says what it judges, and a run that reports it.
///
/// Its fields may carry picocli's `@Option`s: they become options of `./mobula evaluate NAME`.
public interface Evaluation {
    /// The word after `./mobula evaluate`.
    String name();

    /// What it judges, in one line.
    String summary();

    /// Judges, and reports what this run came to. Long work shows its progress when somebody watches.
    Report run(boolean watched);
}
