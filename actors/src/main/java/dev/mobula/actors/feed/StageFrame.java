package dev.mobula.actors.feed;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.ranking.RankingException;
import dev.mobula.retrieval.RetrievalException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

/// Runs stages: each within its deadline, counted, and never failing the request.
///
/// A stage that fails, or is late, gives what it gives when there is nothing, and the reply says so.
final class StageFrame {
    private static final String NO_TIME = "TIMEOUT: no time was left for it";

    private final Map<Stage, Totals> totals = new EnumMap<>(Stage.class);

    /// What a stage has done since the start.
    record Totals(LongAdder calls, LongAdder failures, LongAdder nanos) {
        Totals() {
            this(new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    StageFrame() {
        for (Stage stage : Stage.values()) {
            totals.put(stage, new Totals());
        }
    }

    /// A stage that computes.
    <T> T compute(Stage stage, Run run, Supplier<T> work, Supplier<T> otherwise) {
        return timed(
                stage,
                run,
                () -> {
                    try {
                        return work.get();
                    } catch (CallException
                            | CompletionException
                            | RankingException
                            | RetrievalException failed) {
                        return instead(stage, run, failed, otherwise);
                    }
                });
    }

    /// A stage that asks somebody, who is given the time that is left for it.
    <T> T ask(
            Stage stage,
            Run run,
            Function<Duration, CompletableFuture<T>> question,
            Supplier<T> otherwise) {
        return timed(
                stage,
                run,
                () -> {
                    Duration limit = run.left(stage);
                    if (!limit.isPositive()) {
                        return instead(stage, run, NO_TIME, otherwise);
                    }
                    try {
                        return question.apply(limit).get(limit.toNanos(), TimeUnit.NANOSECONDS);
                    } catch (CallException | RankingException | RetrievalException failed) {
                        return instead(stage, run, failed, otherwise);
                    } catch (ExecutionException failed) {
                        return instead(stage, run, failed, otherwise);
                    } catch (TimeoutException late) {
                        return instead(stage, run, "TIMEOUT: no answer in time", otherwise);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                        return instead(stage, run, "interrupted", otherwise);
                    }
                });
    }

    private <T> T timed(Stage stage, Run run, Supplier<T> work) {
        long start = run.nanosSinceStart();
        try {
            return work.get();
        } finally {
            totalsOf(stage).calls().increment();
            totalsOf(stage).nanos().add(run.nanosSinceStart() - start);
        }
    }

    private <T> T instead(Stage stage, Run run, Exception failed, Supplier<T> otherwise) {
        return instead(stage, run, reason(failed), otherwise);
    }

    private <T> T instead(Stage stage, Run run, String reason, Supplier<T> otherwise) {
        totalsOf(stage).failures().increment();
        run.degrade(stage.label(), reason);
        return otherwise.get();
    }

    Totals totalsOf(Stage stage) {
        Totals of = totals.get(stage);
        if (of == null) {
            throw new IllegalStateException("every stage has its totals: " + stage);
        }
        return of;
    }

    /// A failure in a few words, by its kind where it has one.
    static String reason(Throwable failed) {
        Throwable cause = failed;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case CallException typed -> typed.failure().name();
            case TimeoutException _ -> "TIMEOUT";
            default -> cause.getClass().getSimpleName() + ": " + cause.getMessage();
        };
    }
}
