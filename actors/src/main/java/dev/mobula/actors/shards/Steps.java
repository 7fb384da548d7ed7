package dev.mobula.actors.shards;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.training.TrainingException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repeats one step on a thread of its own until it is closed or the step says that all is done, and tells what it is
/// held up by.
///
/// A step that cannot be done now is tried again; a defect ends the thread for good. Either is told by its name.
public final class Steps implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
    private static final Duration AWAY = Duration.ofMillis(200);

    private final String what;
    private final Step step;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String failure = "";

    /// One step; how long to wait before the next, or nothing when there is none.
    @FunctionalInterface
    public interface Step {
        Optional<Duration> take();
    }

    /// @param what is done, as failures call it: `shard users-0`
    public Steps(Thread.Builder thread, String what, Step step) {
        this.what = what;
        this.step = step;
        this.thread = thread.unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Why it does not go on, empty when it does.
    public String failure() {
        return failure;
    }

    private void run() {
        try {
            Optional<Duration> pause = Optional.of(Duration.ZERO);
            while (pause.isPresent()
                    && !closed.await(pause.get().toNanos(), TimeUnit.NANOSECONDS)) {
                pause = attempt();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException defect) {
            if (closed.getCount() > 0) {
                failure = what + " is not followed any more: " + defect;
                LOG.error("{} is not followed any more", what, defect);
            }
        }
    }

    private Optional<Duration> attempt() {
        try {
            Optional<Duration> pause = step.take();
            failure = "";
            return pause;
        } catch (CallException | TrainingException | UncheckedIOException heldUp) {
            failure = what + ": " + heldUp.getMessage();
            LOG.debug("{} is tried again", what, heldUp);
            return Optional.of(AWAY);
        }
    }

    /// Has it end; what is under way is finished.
    @Override
    public void close() {
        closed.countDown();
    }

    /// Has it end without finishing what it waits for.
    public void interrupt() {
        closed.countDown();
        thread.interrupt();
    }

    /// Waits for the end; false when the time is over.
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        return thread.getState() == Thread.State.NEW || thread.join(limit);
    }
}
