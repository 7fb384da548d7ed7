package dev.mobula.actors.feed;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a log of pages within its age and quota, and erases from it, in one pass for all, those who are to be forgotten,
/// whichever gateway was told so.
public final class ImpressionKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImpressionKeeper.class);
    private static final Duration RETENTION = Duration.ofMinutes(1);
    private static final long END_SECONDS = 30;

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("mobula-page-log").daemon().factory());
    private final ImpressionLog log;
    private final Supplier<Map<Long, Long>> forgotten;
    private final Map<Long, Long> heard = new HashMap<>();
    private volatile String failure = "";

    /// A piece of work on the log.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /// Begins to look after the log.
    ///
    /// @param forgotten who was forgotten lately, and when
    /// @param erasure how soon a forgotten user is gone
    public ImpressionKeeper(
            ImpressionLog log, Supplier<Map<Long, Long>> forgotten, Duration erasure) {
        this.log = log;
        this.forgotten = forgotten;
        every(RETENTION, log::retain);
        every(erasure.dividedBy(2), this::erase);
    }

    private void erase() throws IOException {
        Map<Long, Long> now = forgotten.get();
        for (Map.Entry<Long, Long> one : now.entrySet()) {
            if (!one.getValue().equals(heard.get(one.getKey()))) {
                log.forget(one.getKey(), one.getValue());
            }
        }
        log.erasePending();
        heard.clear();
        heard.putAll(now);
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
        } catch (IOException
                | UncheckedIOException
                | TrainingException
                | CallException
                | CompletionException failed) {
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
