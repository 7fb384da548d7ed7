package dev.mobula.actors.ranker;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.serving.LiveModel;
import dev.mobula.ranking.serving.ShadowComparison;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets shadows score what was just served, on one thread behind the answers, and compares.
///
/// A request that finds too many waiting is skipped and counted: shadows never slow an answer down for long.
final class Shadows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);
    private static final int WAITING_MAX = 64;

    private final RankerMeters meters;
    private final AtomicLong skipped = new AtomicLong();
    private final Map<String, Compared> byVersion = new HashMap<>();
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING_MAX),
                    Thread.ofPlatform().name("mobula-shadows").daemon().factory());

    private record Compared(ShadowComparison comparison, RankerMeters.Following meters) {}

    Shadows(RankerMeters meters) {
        this.meters = meters;
    }

    /// Queues one served request for every shadow of the standing that served it.
    void compare(
            ModelShelf.Standing standing,
            RankRequest request,
            ScoredBatch served,
            BiFunction<ModelShelf.Entry, RankRequest, Optional<ScoredBatch>> scoring) {
        if (standing.lineup().shadows().isEmpty()) {
            return;
        }
        try {
            thread.execute(
                    () -> {
                        for (String version : standing.lineup().shadows()) {
                            compareOne(standing.entry(version), request, served, scoring);
                        }
                    });
        } catch (RejectedExecutionException full) {
            skipped.incrementAndGet();
            meters.shadowSkipped();
        }
    }

    private void compareOne(
            ModelShelf.Entry shadow,
            RankRequest request,
            ScoredBatch served,
            BiFunction<ModelShelf.Entry, RankRequest, Optional<ScoredBatch>> scoring) {
        try {
            scoring.apply(shadow, request)
                    .ifPresent(scores -> compared(shadow.model()).comparison().add(served, scores));
        } catch (RankingException refused) {
            LOG.warn(
                    "shadow {} does not score user {}: {}",
                    shadow.model().model().version(),
                    request.user(),
                    refused.getMessage());
        }
    }

    private synchronized Compared compared(LiveModel model) {
        return byVersion.computeIfAbsent(
                model.model().version(),
                version -> {
                    ShadowComparison comparison = new ShadowComparison();
                    return new Compared(
                            comparison,
                            meters.compare(version, model.model().headNames(), comparison));
                });
    }

    /// Forgets what is no shadow any more.
    synchronized void keepOnly(List<String> versions) {
        byVersion
                .entrySet()
                .removeIf(
                        entry -> {
                            if (versions.contains(entry.getKey())) {
                                return false;
                            }
                            entry.getValue().meters().close();
                            return true;
                        });
    }

    synchronized List<RankerStatus.Shadow> status() {
        return byVersion.entrySet().stream()
                .map(
                        entry ->
                                new RankerStatus.Shadow(
                                        entry.getKey(),
                                        entry.getValue().comparison().requests(),
                                        entry.getValue().comparison().summary()))
                .toList();
    }

    long skipped() {
        return skipped.get();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        keepOnly(List.of());
    }
}
