package dev.mobula.actors.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Fails replies whose time is over, within a few milliseconds of it.
public final class Deadlines implements AutoCloseable {
    /*
     * One thread sweeps a list every TICK. A caller only appends to a queue, so watching a reply
     * costs no lock, no timer and (but for the first one after a quiet while) no wake-up; an
     * answered reply is forgotten at the next sweep. A timeout may be late by one tick, which is
     * far below any deadline in use. Between calls the sweeper parks.
     */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int QUIET_TICKS = 200;

    private final LongSupplier nanoClock;
    private final ConcurrentLinkedQueue<Reply> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread sweeper;
    private volatile boolean closed;

    /// Starts the sweeper on the system's clock.
    public Deadlines() {
        this(System::nanoTime);
    }

    Deadlines(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        sweeper = Thread.ofPlatform().name("mobula-deadlines").daemon().start(this::sweep);
    }

    /// Lets the reply fail when it is due, or when no one watches any more.
    public void watch(Reply reply) {
        arrivals.add(reply);
        if (closed) {
            abandon(reply);
        }
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(sweeper);
        }
    }

    private void sweep() {
        List<Reply> waiting = new ArrayList<>();
        int quietTicks = 0;
        while (!closed) {
            for (Reply next = arrivals.poll(); next != null; next = arrivals.poll()) {
                waiting.add(next);
            }
            long now = nanoClock.getAsLong();
            waiting.removeIf(reply -> reply.isDone() || reply.failIfDue(now));
            quietTicks = waiting.isEmpty() ? quietTicks + 1 : 0;
            if (quietTicks < QUIET_TICKS) {
                LockSupport.parkNanos(this, TICK_NANOS);
            } else {
                sleepUntilWatched();
                quietTicks = 0;
            }
        }
        waiting.addAll(arrivals);
        waiting.forEach(Deadlines::abandon);
    }

    private static void abandon(Reply reply) {
        reply.fail(Failure.UNAVAILABLE, "its caller has left the cluster");
    }

    private void sleepUntilWatched() {
        asleep.set(true);
        while (!closed && asleep.get() && arrivals.isEmpty()) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    /// Fails what is still watched.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(sweeper);
    }
}
