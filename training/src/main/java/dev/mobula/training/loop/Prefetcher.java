package dev.mobula.training.loop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Gathered;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.table.Tables;
import java.lang.foreign.Arena;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Makes the next batch ready while a step computes: two batches take turns.
final class Prefetcher implements AutoCloseable {
    private final BatchSource source;
    private final Tables tables;
    private final Batch[] batches = new Batch[2];
    private final Gathered[] gathered = new Gathered[2];
    private final @Nullable ExecutorService thread;
    private int turn;
    private @Nullable Future<Prepared> coming;

    Prefetcher(
            ProgramSpec spec,
            BatchSource source,
            Tables tables,
            Arena arena,
            boolean onItsOwnThread) {
        this.source = source;
        this.tables = tables;
        for (int i = 0; i < 2; i++) {
            batches[i] = Batch.create(spec);
            gathered[i] = new Gathered(spec, arena);
        }
        this.thread =
                onItsOwnThread
                        ? Executors.newSingleThreadExecutor(
                                Thread.ofPlatform().name("mobula-prefetch").daemon().factory())
                        : null;
    }

    /// The batch of this step.
    Prepared take() {
        Future<Prepared> ready = coming;
        coming = null;
        return ready == null ? prepare() : get(ready);
    }

    /// Starts on the batch after it, when there is a thread for that.
    void prepareNext() {
        if (thread != null) {
            coming = thread.submit(this::prepare);
        }
    }

    /// Waits until no pull runs any more.
    void await() {
        if (coming != null) {
            get(coming);
        }
    }

    /// Brings the coming batch's rows up to date after a push.
    void repair() {
        if (coming != null) {
            Prepared next = get(coming);
            if (next.hasRows()) {
                tables.repair(next.gathered());
            }
        }
    }

    private Prepared prepare() {
        Batch batch = batches[turn];
        Gathered rows = gathered[turn];
        turn = 1 - turn;
        boolean hasRows = source.next(batch);
        if (hasRows) {
            rows.number(batch);
            tables.pull(rows);
        }
        return new Prepared(batch, rows, hasRows, source.cursor());
    }

    private static Prepared get(Future<Prepared> future) {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new TrainingException(
                    Code.IO, "the next batch could not be made: " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingException(
                    Code.CLOSED, "interrupted while waiting for a batch", interrupted);
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.close();
        }
        source.close();
    }
}
