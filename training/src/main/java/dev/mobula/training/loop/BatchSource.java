package dev.mobula.training.loop;

import dev.mobula.training.program.Batch;

/// The batches of a run, in an order that seed and data alone decide. Used by one thread.
///
/// Every worker has a source of its own; each call makes the same next global batch, of which the source fills in its
/// worker's share. Cursors are global: one that was written by a worker of two is read by a worker of three.
public interface BatchSource extends AutoCloseable {
    /// Fills in the share of the next global batch, or returns false when the run's data is over.
    boolean next(Batch share);

    /// Where the next call reads: a short text that only the source understands.
    String cursor();

    /// Goes on from a cursor of the same data.
    void seek(String cursor);

    /// A hash of the data and of all that decides its order; a resumed run wants the same.
    String fingerprint();

    @Override
    default void close() {}
}
