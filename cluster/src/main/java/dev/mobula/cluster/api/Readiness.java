package dev.mobula.cluster.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Whether an engine can do its work: every part is asked at the same time, and says why it cannot.
public final class Readiness {
    /// After this long a part that has not answered is in trouble.
    public static final Duration LIMIT = Duration.ofSeconds(1);

    private final Map<String, Supplier<Optional<String>>> parts = new LinkedHashMap<>();

    /// Adds a part; its answer is empty when all is well, and the reason when it is not.
    public Readiness with(String part, Supplier<Optional<String>> trouble) {
        parts.put(part, trouble);
        return this;
    }

    /// One part that cannot work.
    public record Trouble(String part, String reason) {}

    /// Asks every part now.
    public List<Trouble> troubles() {
        Map<String, CompletableFuture<Optional<String>>> asked = new LinkedHashMap<>();
        parts.forEach((part, trouble) -> asked.put(part, ask(part, trouble)));
        List<Trouble> troubles = new ArrayList<>();
        asked.forEach(
                (part, answer) ->
                        reason(answer).ifPresent(why -> troubles.add(new Trouble(part, why))));
        return troubles;
    }

    private static CompletableFuture<Optional<String>> ask(
            String part, Supplier<Optional<String>> trouble) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("mobula-ready-" + part).start(() -> complete(answer, trouble));
        return answer.orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void complete(
            CompletableFuture<Optional<String>> answer, Supplier<Optional<String>> trouble) {
        try {
            answer.complete(trouble.get());
        } catch (RuntimeException failed) {
            answer.completeExceptionally(failed);
        }
    }

    private static Optional<String> reason(CompletableFuture<Optional<String>> answer) {
        try {
            return answer.join();
        } catch (CompletionException failed) {
            return Optional.of(
                    failed.getCause() instanceof TimeoutException
                            ? "no answer within " + LIMIT.toMillis() + " ms"
                            : String.valueOf(failed.getCause()));
        }
    }
}
