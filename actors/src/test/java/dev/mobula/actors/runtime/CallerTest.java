package dev.mobula.actors.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CallerTest {
    private static final ServiceRef SERVICE = new ServiceRef("tested", 1);
    private static final byte[] ANSWER = {42};

    private final Caller caller = new Caller();

    @AfterEach
    void close() {
        caller.close();
    }

    /// A replica that does with the n-th request what the test says.
    private static final class Scripted implements ReplicaPort {
        final List<Long> attemptNanos = new CopyOnWriteArrayList<>();
        final BiConsumer<Integer, Reply> script;
        volatile boolean open = true;
        volatile int load;

        Scripted(BiConsumer<Integer, Reply> script) {
            this.script = script;
        }

        static Scripted answering() {
            return new Scripted((attempt, reply) -> reply.complete(ANSWER));
        }

        static Scripted failing(Failure failure) {
            return new Scripted((attempt, reply) -> reply.fail(failure, "as scripted"));
        }

        @Override
        public boolean open() {
            return open;
        }

        @Override
        public int load() {
            return load;
        }

        @Override
        public void post(int op, byte[] body, Reply reply) {
            attemptNanos.add(System.nanoTime());
            script.accept(attemptNanos.size(), reply);
        }

        @Override
        public void post(int op, ByteBuffer shipment, Reply reply) {
            throw new IllegalStateException("no shipments here");
        }
    }

    private static Request request() {
        return Request.of(1, new byte[0]).within(Duration.ofSeconds(60));
    }

    private CompletableFuture<byte[]> ask(Request request, Scripted... replicas) {
        return caller.ask(SERVICE, request, List.of(replicas));
    }

    private static Failure failureOf(CompletableFuture<byte[]> reply) {
        return ClusterContract.failureOf(reply);
    }

    @Test
    void aRequestThatIsNotIdempotentIsAskedOnce() {
        for (Failure failure : Failure.values()) {
            Scripted replica = Scripted.failing(failure);
            assertThat(failureOf(ask(request(), replica))).isEqualTo(failure);
            assertThat(replica.attemptNanos).hasSize(1);
        }
    }

    @Test
    void anIdempotentRequestIsRepeatedWhileThatCanHelp() throws Exception {
        for (Failure failure : EnumSet.of(Failure.UNAVAILABLE, Failure.OVERLOADED)) {
            Scripted replica =
                    new Scripted(
                            (attempt, reply) -> {
                                if (attempt < 4) {
                                    reply.fail(failure, "not yet");
                                } else {
                                    reply.complete(ANSWER);
                                }
                            });
            assertThat(ask(request().retried(), replica).get(60, TimeUnit.SECONDS))
                    .isEqualTo(ANSWER);
            assertThat(replica.attemptNanos).hasSize(4);
        }
    }

    @Test
    void anIdempotentRequestIsNotRepeatedWhereThatCannotHelp() {
        for (Failure failure : EnumSet.of(Failure.REFUSED, Failure.APPLICATION, Failure.TIMEOUT)) {
            Scripted replica = Scripted.failing(failure);
            assertThat(failureOf(ask(request().retried(), replica))).isEqualTo(failure);
            assertThat(replica.attemptNanos).hasSize(1);
        }
    }

    @Test
    void eachAttemptWaitsTwiceAsLongAsTheLastUpToALimit() throws Exception {
        int attempts = 8;
        Scripted replica =
                new Scripted(
                        (attempt, reply) -> {
                            if (attempt < attempts) {
                                reply.fail(Failure.OVERLOADED, "not yet");
                            } else {
                                reply.complete(ANSWER);
                            }
                        });
        ask(request().retried(), replica).get(60, TimeUnit.SECONDS);
        long waitMillis = 10;
        for (int i = 1; i < attempts; i++) {
            long waited = replica.attemptNanos.get(i) - replica.attemptNanos.get(i - 1);
            assertThat(waited)
                    .as("before attempt %d", i)
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(waitMillis));
            waitMillis = Math.min(2 * waitMillis, 200);
        }
    }

    @Test
    void theDeadlineEndsARequestThatIsNeverAnswered() {
        Scripted silent = new Scripted((attempt, reply) -> {});
        Request brief = request().within(Duration.ofMillis(50));
        assertThat(failureOf(ask(brief, silent))).isEqualTo(Failure.TIMEOUT);
        assertThat(failureOf(ask(brief.retried(), silent))).isEqualTo(Failure.TIMEOUT);
        assertThat(silent.attemptNanos).hasSize(2);
    }

    @Test
    void theDeadlineEndsTheAttempts() throws Exception {
        Scripted full = Scripted.failing(Failure.OVERLOADED);
        Request brief = request().within(Duration.ofMillis(100)).retried();
        assertThat(failureOf(ask(brief, full))).isEqualTo(Failure.TIMEOUT);
        int attempts = full.attemptNanos.size();
        // Longer than the longest pause between two attempts.
        ask(request(), delayed(Duration.ofMillis(300))).get(60, TimeUnit.SECONDS);
        assertThat(full.attemptNanos).hasSize(attempts);
    }

    private static Scripted delayed(Duration delay) {
        return new Scripted(
                (attempt, reply) ->
                        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                                .execute(() -> reply.complete(ANSWER)));
    }

    @Test
    void leavingEndsTheAttempts() {
        Scripted away = Scripted.failing(Failure.UNAVAILABLE);
        CompletableFuture<byte[]> reply = ask(request().retried(), away);
        caller.close();
        assertThat(failureOf(reply)).isEqualTo(Failure.UNAVAILABLE);
    }

    @Test
    void replicasTakeTurnsAndTheLessLoadedNeighbourIsAsked() {
        List<Scripted> replicas = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            replicas.add(Scripted.answering());
        }
        Scripted[] all = replicas.toArray(Scripted[]::new);
        for (int i = 0; i < 30; i++) {
            ask(request(), all).join();
        }
        assertThat(replicas).allSatisfy(each -> assertThat(each.attemptNanos).hasSize(10));
        replicas.get(1).load = 5;
        for (int i = 0; i < 30; i++) {
            ask(request(), all).join();
        }
        assertThat(replicas.get(1).attemptNanos).hasSize(10);
    }

    @Test
    void aClosedReplicaIsAskedOnlyWhenAllAreClosed() {
        Scripted closed = Scripted.failing(Failure.UNAVAILABLE);
        closed.open = false;
        Scripted busy = Scripted.answering();
        busy.load = 1_000;
        for (int i = 0; i < 10; i++) {
            ask(request(), closed, busy, closed).join();
        }
        assertThat(closed.attemptNanos).isEmpty();
        assertThat(failureOf(ask(request(), closed, closed))).isEqualTo(Failure.UNAVAILABLE);
    }
}
