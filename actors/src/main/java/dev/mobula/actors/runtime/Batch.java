package dev.mobula.actors.runtime;

import java.util.function.Supplier;

/// Requests for one operation that are answered together, each with its own answer or failure.
///
/// It is answered before [Service#callAll] returns; a request left without an answer then
/// fails as an application error.
public final class Batch {
    private final Letter.Call[] calls;

    Batch(Letter.Call[] calls) {
        this.calls = calls;
    }

    /// How many requests there are, at least one.
    public int size() {
        return calls.length;
    }

    /// The body of one request.
    public byte[] request(int index) {
        return calls[index].body();
    }

    /// Answers one request.
    public void answer(int index, byte[] reply) {
        calls[index].reply().answer(reply);
    }

    /// Fails one request.
    public void fail(int index, Exception cause) {
        calls[index].reply().completeExceptionally(asCallException(cause));
    }

    /// Answers all requests one after the other.
    public void answerEach(Answer answer) {
        for (int i = 0; i < calls.length; i++) {
            try {
                answer(i, answer.to(request(i)));
            } catch (Exception failed) {
                fail(i, failed);
            }
        }
    }

    void failUnanswered(Supplier<? extends Exception> cause) {
        for (Letter.Call call : calls) {
            if (!call.reply().isDone()) {
                call.reply().completeExceptionally(asCallException(cause.get()));
            }
        }
    }

    static CallException asCallException(Exception cause) {
        if (cause instanceof CallException typed) {
            return typed;
        }
        String what = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new CallException(
                Failure.APPLICATION, cause.getClass().getSimpleName() + what, cause);
    }

    /// One answer to one request.
    @FunctionalInterface
    public interface Answer {
        byte[] to(byte[] request) throws Exception;
    }
}
