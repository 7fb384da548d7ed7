package dev.mobula.actors.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The bounded queue in front of one service instance, and the threads that answer from it.
public final class Mailbox implements ReplicaPort, AutoCloseable {
    /*
     * Requests of one operation that wait together are answered together: a worker takes the
     * oldest request and, with it, those of the same operation that follow, up to the batch limit.
     * While one batch runs the next one gathers, so batches grow with load and a lone request
     * never waits. A positive batchWait makes a worker linger for an incomplete batch instead.
     *
     * Everything the mailbox holds is counted, waiting or running, in requests, in bytes and in
     * shipments; over a limit a request is answered "overloaded" at once and leaves no trace.
     */
    /// The largest shipment; larger ones go in pieces.
    public static final int SHIPMENT_BYTES_MAX = 64 << 20;

    /// The largest answer; a longer one is the service's failure, on every cluster alike.
    public static final int ANSWER_BYTES_MAX = SHIPMENT_BYTES_MAX;

    private static final int SHIPMENTS_MAX = 4;
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

    private final String name;
    private final Service service;
    private final MailboxLimits limits;
    private final CallMeters meters;
    private final List<Thread> workers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final ArrayDeque<Letter> waiting = new ArrayDeque<>();
    private int held;
    private long heldBytes;
    private int heldShipments;
    private volatile boolean lettersWait;
    private volatile boolean closed;

    /// Starts the worker threads.
    ///
    /// @param onCrash told of an [Error] that a service threw; the instance is not to be trusted
    ///     after it
    public Mailbox(
            String name,
            Service service,
            MailboxLimits limits,
            int threads,
            CallMeters meters,
            Consumer<Throwable> onCrash) {
        this.name = name;
        this.service = service;
        this.limits = limits;
        this.meters = meters;
        meters.watchQueue(this, Mailbox::queued);
        for (int i = 0; i < threads; i++) {
            workers.add(
                    Thread.ofPlatform()
                            .name("mobula-" + name + "-" + i)
                            .daemon()
                            .uncaughtExceptionHandler((thread, crash) -> onCrash.accept(crash))
                            .start(this::work));
        }
    }

    @Override
    public void post(int op, byte[] body, Reply reply) {
        if (body.length > limits.requestBytesMax()) {
            reply.fail(
                    Failure.REFUSED,
                    "a body of " + body.length + " bytes, limit " + limits.requestBytesMax());
            return;
        }
        queue(new Letter.Call(op, body, System.nanoTime(), reply));
    }

    @Override
    public void post(int op, ByteBuffer shipment, Reply reply) {
        if (shipment.remaining() > SHIPMENT_BYTES_MAX) {
            reply.fail(
                    Failure.REFUSED,
                    "a shipment of "
                            + shipment.remaining()
                            + " bytes, limit "
                            + SHIPMENT_BYTES_MAX);
            return;
        }
        queue(new Letter.Shipment(op, shipment, System.nanoTime(), reply));
    }

    @Override
    public boolean open() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int load() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /// How many requests wait.
    public int queued() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void queue(Letter letter) {
        lock.lock();
        try {
            if (closed) {
                letter.reply().fail(Failure.UNAVAILABLE, "the service is stopping");
            } else if (isOverLimit(letter)) {
                meters.overloaded();
                letter.reply().fail(Failure.OVERLOADED, held + " requests are held");
            } else {
                count(letter, 1);
                waiting.add(letter);
                lettersWait = true;
                notEmpty.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isOverLimit(Letter letter) {
        return held >= limits.requestsMax()
                || heldBytes + letter.bytes() > limits.bytesMax()
                || heldShipments + letter.shipments() > SHIPMENTS_MAX;
    }

    private void count(Letter letter, int sign) {
        held += sign;
        heldBytes += (long) sign * letter.bytes();
        heldShipments += sign * letter.shipments();
    }

    private void work() {
        List<Letter> taken = new ArrayList<>();
        Spin spin = new Spin();
        while (take(taken)) {
            try {
                serve(taken);
            } finally {
                release(taken);
                taken.clear();
            }
            spin.whilePaying(() -> lettersWait || closed);
        }
    }

    /// Waits for a batch; false when the mailbox is closed.
    private boolean take(List<Letter> taken) {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                notEmpty.awaitUninterruptibly();
            }
            if (closed) {
                return false;
            }
            taken.add(waiting.removeFirst());
            if (taken.getFirst() instanceof Letter.Call) {
                gather(taken);
            }
            lettersWait = !waiting.isEmpty();
            if (lettersWait) {
                // Whoever lingered for its batch may have been woken for a letter it left alone.
                notEmpty.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void gather(List<Letter> taken) {
        long waitNanos = limits.batchWait().toNanos();
        while (true) {
            int op = taken.getFirst().op();
            while (taken.size() < limits.batchMax()
                    && waiting.peekFirst() instanceof Letter.Call next
                    && next.op() == op) {
                taken.add(waiting.removeFirst());
            }
            boolean mayFill = taken.size() < limits.batchMax() && waiting.isEmpty() && !closed;
            if (!mayFill || waitNanos <= 0) {
                return;
            }
            try {
                waitNanos = notEmpty.awaitNanos(waitNanos);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void serve(List<Letter> taken) {
        long startNanos = System.nanoTime();
        taken.removeIf(this::isOver);
        if (taken.isEmpty()) {
            return;
        }
        BatchEvent event = new BatchEvent();
        event.begin();
        switch (taken.getFirst()) {
            case Letter.Shipment shipment -> receive(shipment);
            case Letter.Call first -> callAll(first.op(), taken);
        }
        event.finish(name, taken.getFirst().op(), taken.size());
        meters.served(taken, startNanos, System.nanoTime());
    }

    private boolean isOver(Letter letter) {
        boolean over = letter.reply().isDone() || letter.reply().failIfDue(System.nanoTime());
        if (over) {
            discard(letter);
        }
        return over;
    }

    private void callAll(int op, List<Letter> taken) {
        Batch batch = new Batch(taken.toArray(Letter.Call[]::new));
        try {
            service.callAll(op, batch);
            batch.failUnanswered(() -> new IllegalStateException("the service gave no answer"));
        } catch (RuntimeException failed) {
            batch.failUnanswered(() -> failed);
        } finally {
            batch.failUnanswered(
                    () -> new CallException(Failure.UNAVAILABLE, "service " + name + " crashed"));
        }
    }

    private void receive(Letter.Shipment shipment) {
        try {
            shipment.reply().answer(service.receive(shipment.op(), shipment.content()));
        } catch (Exception failed) {
            shipment.reply().completeExceptionally(Batch.asCallException(failed));
        } finally {
            shipment.reply().fail(Failure.UNAVAILABLE, "the service crashed");
        }
    }

    private void discard(Letter letter) {
        release(List.of(letter));
    }

    private void release(List<Letter> letters) {
        lock.lock();
        try {
            letters.forEach(letter -> count(letter, -1));
        } finally {
            lock.unlock();
        }
    }

    /// Fails what waits, lets what runs end for a few seconds, and closes the service.
    @Override
    public void close() {
        List<Letter> abandoned = new ArrayList<>();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            abandoned.addAll(waiting);
            waiting.clear();
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
        abandoned.forEach(
                letter -> letter.reply().fail(Failure.UNAVAILABLE, "the service is stopping"));
        meters.close();
        joinWorkers();
        try {
            service.close();
        } catch (IOException | RuntimeException failed) {
            throw new CallException(
                    Failure.APPLICATION,
                    "service " + name + " did not close cleanly: " + failed,
                    failed);
        }
    }

    private void joinWorkers() {
        long deadline = System.nanoTime() + CLOSE_GRACE.toNanos();
        for (Thread worker : workers) {
            if (worker.equals(Thread.currentThread())) {
                continue;
            }
            try {
                worker.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
                if (worker.isAlive()) {
                    worker.interrupt();
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
