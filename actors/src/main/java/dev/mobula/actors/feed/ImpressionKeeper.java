package dev.mobula.actors.feed;

import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a log of pages within its age and quota, and erases from it, in one pass for all, those who are to be forgotten.
public final class ImpressionKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImpressionKeeper.class);
    private static final Duration RETENTION = Duration.ofMinutes(1);
    private static final long END_SECONDS = 30;

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("mobula-page-log").daemon().factory());
    private volatile String failure = "";

    /// A piece of work on the log.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /// Begins to look after the log.
    ///
    /// @param erasure how soon a forgotten user is gone
    public ImpressionKeeper(ImpressionLog log, Duration erasure) {
        every(RETENTION, log::retain);
        every(erasure.dividedBy(2), log::erasePending);
    }

    private void every(Duration time, Work work) {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> attempt(work),
                        time.toMillis(),
                        time.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void attempt(Work work) {
        try {
            work.run();
            failure = "";
        } catch (IOException | UncheckedIOException | TrainingException failed) {
            failure = String.valueOf(failed.getMessage());
            LOG.warn("the log of pages is not kept: {}", failure);
        }
    }

    /// Why it does not go on, empty when it does.
    public String failure() {
        return failure;
    }

    /// Ends after the work it is at.
    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the log of pages is still worked on");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
