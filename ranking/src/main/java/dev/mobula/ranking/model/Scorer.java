package dev.mobula.ranking.model;

/// A layer graph with its weights, ready to run. Immutable and shared; each thread opens a session of its own.
public interface Scorer extends AutoCloseable {
    KernelIdentity identity();

    /// Outputs per row: one per head, or the width of an encoder.
    int outputs();

    Session open();

    @Override
    default void close() {}

    /// One thread's working memory.
    interface Session extends AutoCloseable {
        /// Writes `rows * outputs` scores, row after row.
        void score(ModelInput input, float[] scores);

        @Override
        default void close() {}
    }
}
