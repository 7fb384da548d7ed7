package dev.mobula.training.collective;

import java.lang.foreign.MemorySegment;

/// One worker: every sum is its own.
enum Alone implements Collective {
    INSTANCE;

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void allReduce(MemorySegment values, long floats) {}

    @Override
    public void allGather(MemorySegment mine, MemorySegment all) {
        all.copyFrom(mine);
    }

    @Override
    public void reduceScatter(MemorySegment all, MemorySegment mine) {
        mine.copyFrom(all);
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
}
