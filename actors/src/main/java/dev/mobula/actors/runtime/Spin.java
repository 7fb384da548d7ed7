package dev.mobula.actors.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// A short wait that keeps its core, for what mostly comes within microseconds.
final class Spin {
    /*
     * Waking a thread whose core has gone to sleep costs tens of microseconds, more than most calls
     * take; a core that spins notices at once. Three things keep that from being waste: a spin ends
     * after LIMIT, less than a wake-up costs; at most half of the cores spin at any time; and one
     * that waits again and again, as a worker does, gives spinning up while it does not pay, and
     * tries again now and then. `bench runtime` shows what it gains.
     */
    private static final long LIMIT_NANOS = TimeUnit.MICROSECONDS.toNanos(25);
    private static final int SPINNERS_MAX = Runtime.getRuntime().availableProcessors() / 2;
    private static final int CREDIT_MAX = 16;
    private static final int WAITS_PER_PROBE = 64;
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private int credit = CREDIT_MAX;
    private int waitsWithoutCredit;

    /// As [#once], unless that has not paid for this waiter lately. For one thread.
    boolean whilePaying(BooleanSupplier done) {
        if (credit == 0 && ++waitsWithoutCredit % WAITS_PER_PROBE != 0) {
            return done.getAsBoolean();
        }
        boolean paid = once(done);
        credit = paid ? CREDIT_MAX : Math.max(0, credit - 1);
        return paid;
    }

    /// Waits for the condition for some microseconds; false when it does not hold by then.
    static boolean once(BooleanSupplier done) {
        if (done.getAsBoolean()) {
            return true;
        }
        if (SPINNERS.incrementAndGet() > SPINNERS_MAX) {
            SPINNERS.decrementAndGet();
            return false;
        }
        try {
            long end = System.nanoTime() + LIMIT_NANOS;
            while (!done.getAsBoolean()) {
                if (System.nanoTime() - end >= 0) {
                    return false;
                }
                Thread.onSpinWait();
            }
            return true;
        } finally {
            SPINNERS.decrementAndGet();
        }
    }
}
