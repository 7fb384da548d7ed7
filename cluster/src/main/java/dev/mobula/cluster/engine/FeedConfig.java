package dev.mobula.cluster.engine;

import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.cluster.config.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a page is made.
public record FeedConfig(
        @Key(value = "The time one request may take.", min = 10, max = 60_000) Duration budget,
        @Key("What a candidate is worth: an expression over the model's heads and similarity.")
                String value,
        @Key("Other values for surfaces of these names.") Map<String, String> surfaces,
        @Key(value = "Items of one author on a page at most.", min = 1, max = 100) int perAuthorMax,
        @Key(value = "How much a page that is unlike itself is worth.", min = 0, max = 1)
                double diversity,
        @Key(
                        value = "Places of a page that are drawn, with the chance of it logged.",
                        min = 0,
                        max = 50)
                int explorationSlots,
        @Key(value = "Candidates that are ranked for a page.", min = 1, max = 4_096)
                int candidatesMax,
        @Key(value = "Pages in work at once; more are refused as overload.", min = 1, max = 100_000)
                int inFlightMax,
        @Key(
                        value =
                                "What 95 of 100 pages are to stay below: fewer candidates are ranked until they do.",
                        min = 1,
                        max = 60_000)
                Duration targetP95,
        @Key("Labels whose items nobody is shown.") List<String> hiddenLabels,
        @Key(
                        "A file with the secret that seals cursors, the same for every gateway; null for one that ends"
                                + " with this process.")
                Optional<Path> cursorKey) {
    public FeedConfig {
        surfaces = Map.copyOf(surfaces);
        hiddenLabels = List.copyOf(hiddenLabels);
    }

    public FeedConfig withBudget(Duration time, Duration p95) {
        return new FeedConfig(
                time,
                value,
                surfaces,
                perAuthorMax,
                diversity,
                explorationSlots,
                candidatesMax,
                inFlightMax,
                p95,
                hiddenLabels,
                cursorKey);
    }

    public FeedConfig withValue(String expression, int drawn) {
        return new FeedConfig(
                budget,
                expression,
                surfaces,
                perAuthorMax,
                diversity,
                drawn,
                candidatesMax,
                inFlightMax,
                targetP95,
                hiddenLabels,
                cursorKey);
    }

    /// The same as the feed takes it.
    FeedSettings settings() throws IOException {
        FeedSettings told =
                FeedSettings.within(budget)
                        .withValue(value)
                        .withPerAuthorMax(perAuthorMax)
                        .withDiversity(diversity)
                        .withExploration(explorationSlots)
                        .withCandidates(candidatesMax)
                        .withInFlight(inFlightMax)
                        .withTargetP95(targetP95)
                        .withHiddenLabels(Set.copyOf(hiddenLabels));
        for (Map.Entry<String, String> surface : surfaces.entrySet()) {
            told = told.withValue(surface.getKey(), surface.getValue());
        }
        return cursorKey.isEmpty() ? told : told.withCursorKey(Files.readAllBytes(cursorKey.get()));
    }
}
