package dev.mobula.retrieval.store;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The one writer of a store: takes what has queued up while the last sync ran and makes it durable with one sync.
///
/// Because one thread gives out positions and writes them, the change stream on disk has no gaps, whenever the process
/// is killed. A write that refuses itself is rolled back alone. When the disk refuses a group, whether it is stored is
/// unknown, so the committer takes no more: the store must be opened again.
final class Committer implements AutoCloseable {
    /// One write: reads and writes through the transaction, refuses by throwing.
    @FunctionalInterface
    interface Write {
        void apply(Transaction transaction);
    }

    private record Pending(Write write, long bytes, CompletableFuture<Long> done, boolean last) {}

    private static final long GROUP_BYTES_MAX = 8L << 20;

    private final Transaction transaction;
    private final int groupWritesMax;
    private final int pendingWritesMax;
    private final long pendingBytesMax;
    private final LongConsumer committed;
    private final BlockingQueue<Pending> queue;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Thread thread;
    private volatile @Nullable RetrievalException failure;

    Committer(StoreOptions options, Transaction transaction, LongConsumer committed) {
        this.transaction = transaction;
        this.groupWritesMax = options.groupWritesMax();
        this.pendingWritesMax = options.pendingWritesMax();
        this.pendingBytesMax = options.pendingBytesMax();
        this.committed = committed;
        this.queue = new ArrayBlockingQueue<>(pendingWritesMax + 1);
        this.thread =
                Thread.ofPlatform()
                        .name("store-committer-" + options.directory().getFileName())
                        .daemon()
                        .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Queues a write; the future holds the position of its last change once that is on disk.
    CompletableFuture<Long> submit(Write write, long bytes) {
        refuseAfterFailure();
        CompletableFuture<Long> done = new CompletableFuture<>();
        if (pendingBytes.addAndGet(bytes) > pendingBytesMax
                || queue.size() >= pendingWritesMax
                || !queue.offer(new Pending(write, bytes, done, false))) {
            long waiting = pendingBytes.addAndGet(-bytes);
            throw new RetrievalException(
                    Code.FULL, "writes waiting=" + queue.size() + ", bytes waiting=" + waiting);
        }
        return done;
    }

    private void refuseAfterFailure() {
        RetrievalException cause = failure;
        if (cause != null) {
            throw new RetrievalException(
                    cause.code(),
                    "the store takes no writes until it is opened again: " + cause.getMessage(),
                    cause);
        }
    }

    private void run() {
        List<Pending> group = new ArrayList<>(groupWritesMax);
        try {
            boolean running = true;
            while (running) {
                running = gather(group);
                commit(group);
                group.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Fills the group with what is waiting; false when the last write has come.
    private boolean gather(List<Pending> group) throws InterruptedException {
        long bytes = 0;
        Pending next = queue.take();
        while (next != null && !next.last()) {
            group.add(next);
            bytes += next.bytes();
            next = group.size() < groupWritesMax && bytes < GROUP_BYTES_MAX ? queue.poll() : null;
        }
        return next == null || !next.last();
    }

    private void commit(List<Pending> group) {
        List<Pending> accepted = new ArrayList<>(group.size());
        long[] positions = new long[group.size()];
        for (Pending pending : group) {
            if (failure != null) {
                finish(pending, failure);
            } else if (apply(pending)) {
                positions[accepted.size()] = transaction.position();
                accepted.add(pending);
            }
        }
        if (accepted.isEmpty()) {
            return;
        }
        try {
            transaction.commit();
            committed.accept(transaction.position());
        } catch (RetrievalException e) {
            failure = e;
            accepted.forEach(pending -> finish(pending, e));
            return;
        }
        for (int i = 0; i < accepted.size(); i++) {
            pendingBytes.addAndGet(-accepted.get(i).bytes());
            accepted.get(i).done().complete(positions[i]);
        }
    }

    private boolean apply(Pending pending) {
        transaction.begin();
        try {
            pending.write().apply(transaction);
            transaction.keep();
            return true;
        } catch (RuntimeException e) {
            transaction.undo();
            finish(pending, e);
            return false;
        }
    }

    private void finish(Pending pending, RuntimeException cause) {
        pendingBytes.addAndGet(-pending.bytes());
        pending.done().completeExceptionally(cause);
    }

    /// Commits what is queued and stops; the caller sees to it that nothing is submitted any more.
    @Override
    public void close() {
        queue.add(new Pending(transaction -> {}, 0, new CompletableFuture<>(), true));
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        transaction.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
