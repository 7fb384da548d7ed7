package dev.mobula.training.collective;

import java.lang.foreign.MemorySegment;

/// Operations in which every worker of a run takes part, called by all in the same order.
///
/// Every worker gets the same bits, and gets them again when the run is repeated with as many workers: each element is
/// summed in an order given by ranks alone. A worker that is gone fails the call at the others; nothing waits for ever.
public interface Collective extends AutoCloseable {
    int rank();

    int size();

    /// Sums `floats` numbers over all workers, in place.
    void allReduce(MemorySegment values, long floats);

    /// Puts every worker's bytes side by side, in order of rank.
    ///
    /// @param all `size()` times as long as `mine`
    void allGather(MemorySegment mine, MemorySegment all);

    /// Sums over all workers, and keeps the own part of the sum.
    ///
    /// @param all `size()` times as long as `mine`, in order of rank; its content is lost
    void reduceScatter(MemorySegment all, MemorySegment mine);

    /// Ends what this worker waits for, now and later, with an error; from any thread.
    void abort();

    @Override
    void close();

    /// The only worker.
    static Collective alone() {
        return Alone.INSTANCE;
    }
}
