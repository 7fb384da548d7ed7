package dev.mobula.training.collective;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.kernels.StepKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/*
 *   counters: one cache line per worker, how many meetings it came to, and one to call everything off
 *   slots:    one per worker, written by its owner alone
 *   result:   each worker sums its part of all slots, in order of rank, into it
 *
 * A sum is two meetings: after all slots are written, and after all parts are summed. A third is not needed: a worker
 * that writes its slot again cannot disturb one that still copies the result, and nobody sums again before all came to
 * the next meeting. Longer vectors go through in blocks.
 */
/// Workers of one machine that meet in one piece of memory: threads of a process, or processes over a mapped file.
public final class SharedMemory implements Collective {
    /// Longest time at a meeting before the others count as lost.
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int LINE_BYTES = 128;
    private static final int SLOT_BYTES = 4 << 20;
    private static final int SIZE_MAX = 64;
    private static final int SPINS = 2_000;
    private static final int YIELDS = 200;
    private static final long NAP_NANOS = 50_000;
    private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment region;
    private final Arena arena;
    private final boolean ownsArena;
    private final int rank;
    private final int size;
    private final long patienceNanos;
    private final StepKernels kernels = StepKernels.ofThisMachine();
    private long meetings;

    private SharedMemory(
            MemorySegment region,
            Arena arena,
            boolean ownsArena,
            int rank,
            int size,
            Duration patience) {
        if (rank < 0 || rank >= size || size > SIZE_MAX) {
            throw TrainingException.invalid(
                    "rank, size", rank + ", " + size, "rank below size, size at most " + SIZE_MAX);
        }
        this.region = region;
        this.arena = arena;
        this.ownsArena = ownsArena;
        this.rank = rank;
        this.size = size;
        this.patienceNanos = patience.toNanos();
    }

    /// One for each of so many threads of this process.
    public static List<Collective> group(int size, Duration patience) {
        Arena arena = Arena.ofAuto();
        MemorySegment region = arena.allocate(bytes(size), LINE_BYTES);
        List<Collective> workers = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            workers.add(new SharedMemory(region, arena, false, rank, size, patience));
        }
        return workers;
    }

    /// A worker among several processes over a file that all of them open, made full of zeros by the first.
    public static SharedMemory open(Path file, int rank, int size, Duration patience)
            throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            Arena arena = Arena.ofShared();
            MemorySegment region =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes(size), arena);
            return new SharedMemory(region, arena, true, rank, size, patience);
        }
    }

    private static long bytes(int size) {
        return (size + 1L) * LINE_BYTES + (size + 1L) * SLOT_BYTES;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    private long slotAt(int worker) {
        return (size + 1L) * LINE_BYTES + (long) worker * SLOT_BYTES;
    }

    private MemorySegment slot(int worker) {
        return region.asSlice(slotAt(worker), SLOT_BYTES);
    }

    @Override
    public void allReduce(MemorySegment values, long floats) {
        long block = SLOT_BYTES / Float.BYTES;
        for (long at = 0; at < floats; at += block) {
            long count = Math.min(block, floats - at);
            MemorySegment part = values.asSlice(at * Float.BYTES, count * Float.BYTES);
            slot(rank).asSlice(0, part.byteSize()).copyFrom(part);
            meet();
            long from = count * rank / size;
            sum(0, from, count * (rank + 1) / size - from, slot(size), from);
            meet();
            part.copyFrom(slot(size).asSlice(0, part.byteSize()));
        }
    }

    /// Sums a part of all slots, which starts `shift` floats later in them, in order of rank.
    private void sum(long shift, long from, long count, MemorySegment into, long intoAt) {
        MemorySegment.copy(
                slot(0),
                (shift + from) * Float.BYTES,
                into,
                intoAt * Float.BYTES,
                count * Float.BYTES);
        for (int worker = 1; worker < size; worker++) {
            kernels.add(slot(worker), shift + from, into, intoAt, count);
        }
    }

    @Override
    public void allGather(MemorySegment mine, MemorySegment all) {
        for (long at = 0; at < mine.byteSize(); at += SLOT_BYTES) {
            long bytes = Math.min(SLOT_BYTES, mine.byteSize() - at);
            slot(rank).asSlice(0, bytes).copyFrom(mine.asSlice(at, bytes));
            meet();
            for (int worker = 0; worker < size; worker++) {
                MemorySegment.copy(slot(worker), 0, all, worker * mine.byteSize() + at, bytes);
            }
            meet();
        }
    }

    @Override
    public void reduceScatter(MemorySegment all, MemorySegment mine) {
        long block = SLOT_BYTES / size / Float.BYTES;
        long floats = mine.byteSize() / Float.BYTES;
        for (long at = 0; at < floats; at += block) {
            long count = Math.min(block, floats - at);
            for (int worker = 0; worker < size; worker++) {
                MemorySegment.copy(
                        all,
                        (worker * floats + at) * Float.BYTES,
                        slot(rank),
                        worker * count * Float.BYTES,
                        count * Float.BYTES);
            }
            meet();
            sum(rank * count, 0, count, mine, at);
            meet();
        }
    }

    /// Waits until every worker is here.
    public void meetAll() {
        meet();
    }

    /// Waits until every worker came as often as this one.
    private void meet() {
        meetings++;
        COUNTER.setRelease(region, (long) rank * LINE_BYTES, meetings);
        for (int worker = 0; worker < size; worker++) {
            await(worker);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // shared cores: the others may need this one to arrive
    private void await(int worker) {
        long at = (long) worker * LINE_BYTES;
        long deadline = 0;
        for (int tries = 0; (long) COUNTER.getAcquire(region, at) < meetings; tries++) {
            if ((long) COUNTER.getAcquire(region, (long) size * LINE_BYTES) != 0) {
                throw new TrainingException(
                        Code.LOST, "worker %d of %d: called off".formatted(rank, size));
            }
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else if (tries < SPINS + YIELDS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(NAP_NANOS);
                long now = System.nanoTime();
                deadline = deadline == 0 ? now + patienceNanos : deadline;
                if (now - deadline > 0) {
                    throw new TrainingException(
                            Code.LOST,
                            "worker %d of %d did not come within %d s"
                                    .formatted(worker, size, patienceNanos / 1_000_000_000));
                }
            }
        }
    }

    /// Ends every meeting, now and later, with an error; from any thread.
    @Override
    public void abort() {
        COUNTER.setRelease(region, (long) size * LINE_BYTES, 1L);
    }

    @Override
    public void close() {
        if (ownsArena) {
            arena.close();
        }
    }
}
