package dev.mobula.actors.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks one of several replicas, within the deadline, and again when that is harmless and helps.
public final class Caller implements AutoCloseable {
    private static final long BACKOFF_MILLIS_MIN = 10;
    private static final long BACKOFF_MILLIS_MAX = 200;

    private final Deadlines deadlines = new Deadlines();
    private final AtomicInteger turn = new AtomicInteger();

    /// The future of the answer; completes by the request's deadline whatever happens.
    public CompletableFuture<byte[]> ask(
            ServiceRef service, Request request, List<? extends ReplicaPort> replicas) {
        Reply reply = newReply(service, request.op(), request.timeout());
        if (request.idempotent()) {
            attempt(request, replicas, reply, BACKOFF_MILLIS_MIN);
        } else {
            send(request, replicas, reply);
        }
        return reply;
    }

    /// A reply that fails by itself when its time is over.
    public Reply newReply(ServiceRef service, int op, Duration timeout) {
        Request.requireTimeout(timeout);
        Reply reply = new Reply(service.name(), op, System.nanoTime() + timeout.toNanos());
        deadlines.watch(reply);
        return reply;
    }

    private void send(Request request, List<? extends ReplicaPort> replicas, Reply reply) {
        choose(replicas).post(request.op(), request.body(), reply);
    }

    private void attempt(
            Request request,
            List<? extends ReplicaPort> replicas,
            Reply reply,
            long backoffMillis) {
        if (reply.isDone()) {
            return;
        }
        Reply once = reply.again();
        deadlines.watch(once);
        send(request, replicas, once);
        once.onEnd(
                (answer, failed) -> {
                    if (failed == null) {
                        reply.complete(answer);
                    } else if (mayHelpToRepeat(failed)) {
                        long next = Math.min(2 * backoffMillis, BACKOFF_MILLIS_MAX);
                        CompletableFuture.delayedExecutor(backoffMillis, TimeUnit.MILLISECONDS)
                                .execute(() -> attempt(request, replicas, reply, next));
                    } else {
                        reply.completeExceptionally(failed);
                    }
                });
    }

    private static boolean mayHelpToRepeat(Throwable failed) {
        return failed instanceof CallException typed
                && typed.failure().retryable()
                && typed.failure() != Failure.TIMEOUT;
    }

    /// The less loaded of two neighbours in turn, an open one before a closed one.
    private ReplicaPort choose(List<? extends ReplicaPort> replicas) {
        if (replicas.size() == 1) {
            return replicas.getFirst();
        }
        int count = replicas.size();
        int start = Math.floorMod(turn.getAndIncrement(), count);
        ReplicaPort best = replicas.get(start);
        for (int i = 1; i < count; i++) {
            ReplicaPort other = replicas.get((start + i) % count);
            if (other.open() && (!best.open() || other.load() < best.load())) {
                best = other;
            }
            if (best.open()) {
                return best;
            }
        }
        return best;
    }

    @Override
    public void close() {
        deadlines.close();
    }
}
