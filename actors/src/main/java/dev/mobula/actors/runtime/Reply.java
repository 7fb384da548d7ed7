package dev.mobula.actors.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The answer to come of one request; [Deadlines] fails it when its time is over.
public final class Reply extends CompletableFuture<byte[]> {
    private final String service;
    private final int op;
    private final long deadlineNanos;
    private final CallEvent event = new CallEvent();
    private volatile boolean fromAfar;

    /// A reply of the given service, due by the given [System#nanoTime()].
    public Reply(String service, int op, long deadlineNanos) {
        this.service = service;
        this.op = op;
        this.deadlineNanos = deadlineNanos;
        event.begin();
    }

    /// When it is due.
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /// Answers it, unless it has failed meanwhile; an answer no connection carries is a failure.
    void answer(byte[] answer) {
        if (answer.length > Mailbox.ANSWER_BYTES_MAX) {
            fail(
                    Failure.APPLICATION,
                    "an answer of " + answer.length + " bytes, limit " + Mailbox.ANSWER_BYTES_MAX);
        } else {
            complete(answer);
        }
    }

    /// Fails it in a typed way, unless it is answered already.
    public boolean fail(Failure failure, String why) {
        return !isDone()
                && completeExceptionally(new CallException(failure, describe() + ": " + why));
    }

    /// Tells of the answer or of the failure, once, on the thread that brings it.
    public void onEnd(BiConsumer<? super byte @Nullable [], ? super @Nullable Throwable> listener) {
        var _ = whenComplete(listener);
    }

    /// Ends as the given future does, if that is before its own end.
    public void follow(CompletableFuture<byte[]> other) {
        var _ =
                other.whenComplete(
                        (answer, failed) -> {
                            if (failed == null) {
                                complete(answer);
                            } else {
                                completeExceptionally(failed);
                            }
                        });
    }

    /// A fresh reply for another attempt at the same request.
    Reply again() {
        return new Reply(service, op, deadlineNanos);
    }

    boolean failIfDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0 && fail(Failure.TIMEOUT, "no answer in time");
    }

    @Override
    public boolean complete(byte[] answer) {
        return recorded(super.complete(answer), "");
    }

    @Override
    public boolean completeExceptionally(Throwable failed) {
        return recorded(super.completeExceptionally(failed), String.valueOf(failed.getMessage()));
    }

    private boolean recorded(boolean completedNow, String failure) {
        if (completedNow) {
            event.finish(service, op, failure);
        }
        return completedNow;
    }

    /// Says that its answer comes from another process, so not within microseconds.
    public void comesFromAfar() {
        fromAfar = true;
    }

    private void spinWhenNear() {
        if (!fromAfar) {
            Spin.once(this::isDone);
        }
    }

    @Override
    public byte[] get() throws InterruptedException, ExecutionException {
        spinWhenNear();
        return super.get();
    }

    @Override
    public byte[] get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        spinWhenNear();
        return super.get(timeout, unit);
    }

    @Override
    public byte[] join() {
        spinWhenNear();
        return super.join();
    }

    private String describe() {
        return "service " + service + " operation " + op;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
