package dev.mobula.cluster.engine;

import dev.mobula.actors.events.EventLogSettings;
import dev.mobula.cluster.config.Key;
import dev.mobula.training.log.LogOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What an engine keeps of what was shown and what people did, and for how long.
public record LogsConfig(
        @Key(
                        "The folder of the log of events; null for the state of the service that writes it. The loop must see it.")
                Optional<Path> events,
        @Key(
                        value = "Disk for the log of events; over it the oldest go.",
                        min = 1 << 28,
                        max = 1e15)
                long eventBytesMax,
        @Key(
                        value =
                                "Disk for the log of pages, and as much for the impressions; over it the oldest go.",
                        min = 1 << 28,
                        max = 1e15)
                long pageBytesMax,
        @Key(value = "How long events and pages are kept.", min = 60_000, max = 3_660L * 86_400_000)
                Duration age,
        @Key(
                        value = "How soon somebody who is forgotten is gone from both logs.",
                        min = 1_000,
                        max = 30L * 86_400_000)
                Duration erasure) {
    /// Eight gigabytes of pages, 64 of events, a year of both; forgotten within an hour.
    public static final LogsConfig DEFAULT =
            new LogsConfig(
                    Optional.empty(),
                    LogOptions.DEFAULT.bytesMax(),
                    8L << 30,
                    LogOptions.DEFAULT.age(),
                    Duration.ofHours(1));

    LogOptions pages() {
        return LogOptions.DEFAULT.withBytesMax(pageBytesMax).withAge(age);
    }

    EventLogSettings of(EventLogSettings usual) {
        EventLogSettings told =
                usual.withLog(LogOptions.DEFAULT.withBytesMax(eventBytesMax).withAge(age))
                        .withErasureMillis(erasure.toMillis());
        return events.isEmpty() ? told : told.withFolder(events.get().toAbsolutePath());
    }

    /// Where the gateway of an engine with this state folder logs its decisions about notifications.
    public static Path decisionsOf(Path state) {
        return state.resolve("decisions");
    }

    /// Where it logs the pages it served.
    public static Path pagesOf(Path state) {
        return Engine.pagesOf(state).resolve("pages");
    }
}
