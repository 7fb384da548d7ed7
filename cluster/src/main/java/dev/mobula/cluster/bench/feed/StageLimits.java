package dev.mobula.cluster.bench.feed;

import java.util.Locale;

/// By what each stage's cost is bound, in words.
final class StageLimits {
    private StageLimits() {}

    static String of(String role) {
        return switch (role) {
            case "items", "search" -> "reading vectors at random: memory";
            case "ranker", "ranking" -> "gathering rows and messages: copying";
            case "pages" -> "merging, valuing, arranging, messages: objects made";
            case "Ray" -> "scheduling and object transfer";
            default -> "";
        };
    }

    /// How near the engine comes to the most multiply-adds that a core does.
    static String scoring(Contender contender, ScoringCost scoring) {
        return contender instanceof MobulaFeed
                ? String.format(
                        Locale.ROOT,
                        "multiply-adds: %.0f us at this core's peak",
                        scoring.leastMicrosPerPage())
                : "multiply-adds";
    }
}
