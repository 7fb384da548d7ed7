package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// The one writer of a log for many callers: what has queued up while the last sync ran becomes one batch and one sync.
public final class GroupCommit implements AutoCloseable {
    private static final int WAITING_MAX = 8_192;
    private static final long ROWS_WAITING_MAX = 1 << 18;
    private static final int GROUP_ROWS_MAX = 1 << 14;

    private record Pending(Rows rows, CompletableFuture<Long> done, boolean last) {}

    private final SegmentLog log;
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(WAITING_MAX + 1);
    private final AtomicLong rowsWaiting = new AtomicLong();
    private final Thread thread;
    private boolean closed;

    /// Takes over the log: nobody else appends to it, and closing this closes it.
    public GroupCommit(SegmentLog log, String name) {
        this.log = log;
        this.thread = Thread.ofPlatform().name("log-" + name).daemon().start(this::run);
    }

    public SegmentLog log() {
        return log;
    }

    /// Queues rows, which are not to be touched again; the future holds the position after them once they are on disk.
    public synchronized CompletableFuture<Long> append(Rows rows) {
        if (closed) {
            throw new TrainingException(Code.CLOSED, "the log takes no more rows");
        }
        if (!rows.schema().hasSameColumns(log.schema())) {
            throw TrainingException.invalid(
                    "columns of the rows",
                    rows.schema().columns(),
                    "must be those of the log, " + log.schema().columns());
        }
        long waiting = rowsWaiting.addAndGet(rows.size());
        if (waiting > ROWS_WAITING_MAX || queue.size() >= WAITING_MAX) {
            rowsWaiting.addAndGet(-rows.size());
            throw new TrainingException(
                    Code.FULL, "rows waiting=" + waiting + ", appends waiting=" + queue.size());
        }
        Pending pending = new Pending(rows, new CompletableFuture<>(), false);
        queue.add(pending);
        return pending.done();
    }

    private void run() {
        List<Pending> group = new ArrayList<>();
        Rows together = new Rows(log.schema());
        try {
            while (gather(group, together)) {
                commit(group, together);
            }
            commit(group, together);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Joins what is waiting; false when the last append has come.
    private boolean gather(List<Pending> group, Rows together) throws InterruptedException {
        group.clear();
        together.clear();
        Pending next = queue.take();
        while (next != null && !next.last()) {
            group.add(next);
            for (int i = 0; i < next.rows().size(); i++) {
                together.addFrom(next.rows(), i);
            }
            next = together.size() < GROUP_ROWS_MAX ? queue.poll() : null;
        }
        return next == null;
    }

    private void commit(List<Pending> group, Rows together) {
        rowsWaiting.addAndGet(-together.size());
        try {
            long position = log.append(together) - together.size();
            for (Pending pending : group) {
                position += pending.rows().size();
                pending.done().complete(position);
            }
        } catch (RuntimeException e) {
            group.forEach(pending -> pending.done().completeExceptionally(e));
        }
    }

    /// Commits what is queued and closes the log.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.add(new Pending(new Rows(log.schema()), new CompletableFuture<>(), true));
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        log.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
