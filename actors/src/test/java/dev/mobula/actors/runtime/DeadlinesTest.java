package dev.mobula.actors.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
    /// Near its end, so that deadlines wrap around.
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 500);

    private final Deadlines deadlines = new Deadlines(clock::get);

    @AfterEach
    void close() {
        deadlines.close();
    }

    private Reply dueIn(long nanos) {
        return new Reply("tested", 1, clock.get() + nanos);
    }

    private Reply watch(long nanos) {
        Reply reply = dueIn(nanos);
        deadlines.watch(reply);
        return reply;
    }

    private static Failure failureOf(Reply reply) {
        return ClusterContract.failureOf(reply);
    }

    /// Returns when the sweeper has seen the clock as it is now.
    private void awaitSweep() {
        assertThat(failureOf(watch(0))).isEqualTo(Failure.TIMEOUT);
    }

    @Test
    void aReplyFailsWhenItsTimeIsOverAndNotBefore() {
        List<Reply> replies = new ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            replies.add(watch(i));
        }
        for (int now : new int[] {0, 1, 499, 500, 501, 999}) {
            clock.set(Long.MAX_VALUE - 500 + now);
            awaitSweep();
            for (int due = 1; due <= 1_000; due++) {
                assertThat(replies.get(due - 1).isDone())
                        .as("due %d at %d", due, now)
                        .isEqualTo(due <= now);
            }
        }
        clock.addAndGet(1);
        replies.forEach(reply -> assertThat(failureOf(reply)).isEqualTo(Failure.TIMEOUT));
    }

    @Test
    void anAnswerThatCameInTimeStays() throws Exception {
        Reply reply = watch(10);
        reply.complete(new byte[] {1});
        clock.addAndGet(100);
        awaitSweep();
        assertThat(reply.get(60, TimeUnit.SECONDS)).containsExactly(1);
    }

    @Test
    void aReplyIsWatchedAfterALongQuietTime() {
        Thread sweeper =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("mobula-deadlines"))
                        .findAny()
                        .orElseThrow();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (sweeper.getState() != Thread.State.WAITING) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
        awaitSweep();
    }

    @Test
    void leavingFailsWhatIsStillWatchedAndWhatComesLater() {
        Reply before = watch(1_000);
        deadlines.close();
        assertThat(failureOf(before)).isEqualTo(Failure.UNAVAILABLE);
        assertThat(failureOf(watch(1_000))).isEqualTo(Failure.UNAVAILABLE);
    }
}
