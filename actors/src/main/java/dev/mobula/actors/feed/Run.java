package dev.mobula.actors.feed;

import dev.mobula.ranking.experiment.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// One request on its way through the stages: its time, its tuning, and what was degraded. For one thread.
final class Run {
    private final FeedRequest request;
    private final Serving serving;
    private final Assignment assignment;
    private final FeedParameters.Tuning tuning;
    private final String session;
    private final long seed;
    private final long nowMillis;
    private final double share;
    private final Duration budget;
    private final LongSupplier nanos;
    private final long startNanos;
    private final Map<String, String> degraded = new ConcurrentHashMap<>();
    private final List<StageCount> counts = new ArrayList<>();

    Run(
            FeedRequest request,
            Serving serving,
            Assignment assignment,
            FeedParameters.Tuning tuning,
            String session,
            long seed,
            long nowMillis,
            double share,
            Duration budget,
            LongSupplier nanos) {
        this.request = request;
        this.serving = serving;
        this.assignment = assignment;
        this.tuning = tuning;
        this.session = session;
        this.seed = seed;
        this.nowMillis = nowMillis;
        this.share = share;
        this.budget = budget;
        this.nanos = nanos;
        startNanos = nanos.getAsLong();
    }

    FeedRequest request() {
        return request;
    }

    long user() {
        return request.user();
    }

    /// The bundle that answers it.
    Serving serving() {
        return serving;
    }

    Assignment assignment() {
        return assignment;
    }

    FeedParameters.Tuning tuning() {
        return tuning;
    }

    /// The cursor session whose pages this one does not repeat.
    String session() {
        return session;
    }

    /// Decides every random choice.
    long seed() {
        return seed;
    }

    long nowMillis() {
        return nowMillis;
    }

    /// The share of the usual work that there is time for, 0..1.
    double share() {
        return share;
    }

    /// How many candidates are ranked.
    int candidatesMax() {
        return Math.max(request.limit(), (int) (tuning.candidates() * share));
    }

    long nanosSinceStart() {
        return nanos.getAsLong() - startNanos;
    }

    /// What is left until a stage is to be over; zero or less when it is late already.
    Duration left(Stage stage) {
        return Duration.ofNanos((long) (budget.toNanos() * stage.endShare()) - nanosSinceStart());
    }

    /// Says that a part gave less than asked.
    void degrade(String part, String reason) {
        degraded.putIfAbsent(part, reason);
    }

    Map<String, String> degraded() {
        return degraded;
    }

    /// Writes down what became of a stage's candidates.
    void count(
            Stage stage,
            int in,
            int selected,
            Map<String, Integer> filtered,
            int reserve,
            long micros) {
        counts.add(new StageCount(stage.label(), in, selected, filtered, reserve, micros));
    }

    List<StageCount> counts() {
        return counts;
    }
}
