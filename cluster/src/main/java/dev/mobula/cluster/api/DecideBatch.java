package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Many decisions in one request, as JSON or as an Arrow file: each has a status of its own, and none waits for the others'
/// disks.
final class DecideBatch {
    static final int ASKS_MAX = 1_000;

    private static final int AT_ONCE = 128;

    private final Function<List<NotificationBodies.DecideBody>, Decider> decider;
    private final Semaphore free = new Semaphore(AT_ONCE);

    /// Decides one ask, knowing what was asked once for all of its batch.
    @FunctionalInterface
    interface Decider {
        Answer decide(NotificationBodies.DecideBody ask);
    }

    DecideBatch(Function<List<NotificationBodies.DecideBody>, Decider> decider) {
        this.decider = decider;
    }

    private record BatchBody(@Nullable List<NotificationBodies.DecideBody> asks) {}

    /// What became of one ask.
    ///
    /// @param status 200 with a decision, or that of a problem
    /// @param decision as JSON
    /// @param problem what is wrong, with its name
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Decided(
            String idempotencyKey,
            int status,
            @JsonRawValue @Nullable String decision,
            @JsonRawValue @Nullable String problem) {}

    private record BatchAnswer(List<Decided> decisions) {}

    Answer handle(Exchange exchange) {
        boolean arrow = exchange.mediaType().equals(DecideColumns.MEDIA_TYPE);
        List<NotificationBodies.DecideBody> asks =
                arrow
                        ? DecideColumns.asks(exchange.bytes())
                        : NotificationBodies.required(
                                "asks", exchange.body(BatchBody.class).asks(), "what to decide");
        if (asks.isEmpty() || asks.size() > ASKS_MAX) {
            throw new RequestProblem("asks", asks.size(), "must be 1 to " + ASKS_MAX);
        }
        List<Decided> decisions = decide(asks);
        return arrow
                ? new Answer.Bytes(200, DecideColumns.MEDIA_TYPE, DecideColumns.bytes(decisions))
                : Answer.ok(new BatchAnswer(decisions));
    }

    private List<Decided> decide(List<NotificationBodies.DecideBody> asks) {
        List<Decided> decided = new ArrayList<>();
        Decider decide = decider.apply(asks);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Decided>> under = new ArrayList<>();
            asks.forEach(ask -> under.add(threads.submit(() -> one(ask, decide))));
            for (Future<Decided> future : under) {
                decided.add(future.get());
            }
        } catch (ExecutionException fault) {
            throw new IllegalStateException("a decision met a fault", fault.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the engine ends", stop);
        }
        return decided;
    }

    private Decided one(NotificationBodies.DecideBody ask, Decider decide) {
        String key = NotificationBodies.text(ask.idempotencyKey());
        free.acquireUninterruptibly();
        try {
            return told(key, NotificationRoutes.guarded(() -> decide.decide(ask)));
        } catch (RequestProblem bad) {
            return refused(key, bad.status(), "INVALID_ARGUMENT", bad);
        } catch (IllegalArgumentException bad) {
            return refused(key, 400, "INVALID_ARGUMENT", bad);
        } catch (CallException failed) {
            return refused(key, status(failed), failed.failure().name(), failed);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof CallException typed) {
                return refused(key, status(typed), typed.failure().name(), typed);
            }
            throw failed;
        } finally {
            free.release();
        }
    }

    private static int status(CallException failed) {
        return switch (failed.failure()) {
            case REFUSED -> 422;
            case OVERLOADED -> 429;
            case UNAVAILABLE -> 503;
            case TIMEOUT -> 504;
            case APPLICATION -> 500;
        };
    }

    private record Trouble(String title, String detail) {}

    private static Decided refused(String key, int status, String name, RuntimeException bad) {
        Trouble trouble = new Trouble(name, String.valueOf(bad.getMessage()));
        return new Decided(key, status, null, NotificationAnswers.json(trouble));
    }

    private static Decided told(String key, Answer answer) {
        if (answer instanceof Answer.Bytes(int status, String type, byte[] body)) {
            String text = new String(body, StandardCharsets.UTF_8);
            return status == 200
                    ? new Decided(key, status, text, null)
                    : new Decided(key, status, null, text);
        }
        throw new IllegalStateException("a decision was answered with " + answer);
    }
}
