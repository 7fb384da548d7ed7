package dev.mobula.actors.loop;

import dev.mobula.actors.events.EventLogStatus;
import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.feed.ImpressionLog;
import dev.mobula.training.log.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a running engine writes: its gateways' logs of pages, and the segments of the service that follows all events.
public final class LiveLog implements ServedLog {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<Path> pages;
    private final EventLogs events;

    /// @param pages the folders of the gateways' impression logs
    public LiveLog(List<Path> pages, EventLogs events) {
        this.pages = List.copyOf(pages);
        this.events = events;
    }

    @Override
    public List<Path> impressions() {
        List<Path> all = new ArrayList<>();
        try {
            for (Path gateway : pages) {
                if (Files.isDirectory(gateway)) {
                    ImpressionLog.folders(gateway).stream()
                            .map(EventLog::impressions)
                            .forEach(all::add);
                }
            }
            return all;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public Path feedback() {
        Path folder = EventLog.feedback(Path.of(status().folder()));
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(
                    "the event log lies in "
                            + folder
                            + ", which is not on this machine: give it a shared folder");
        }
        return folder;
    }

    /// Of the events; pages of users who are forgotten since are left out by [#forgotten].
    @Override
    public Map<String, Long> erased() {
        Map<String, Long> positions = new TreeMap<>();
        status().shards().forEach((shard, reached) -> positions.put(shard, reached.erased()));
        return positions;
    }

    @Override
    public Map<Long, Long> forgotten() {
        Map<Long, Long> all = new HashMap<>();
        try {
            for (Path gateway : pages) {
                ImpressionLog.forgotten(gateway)
                        .forEach((user, until) -> all.merge(user, until, Math::max));
            }
            return all;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private EventLogStatus status() {
        return events.status(LIMIT).join();
    }
}
