package dev.mobula.actors.events;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.training.TrainingException;
import dev.mobula.training.log.EventLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows all user shards: every acknowledged event is in the segments exactly once, forgotten users are gone in time.
///
/// When erasing or retention fails the metric `mobula.events.failing` is 1 until it succeeds again.
public final class EventLogService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(EventLogService.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(2);
    private static final Duration SCAN_LIMIT = Duration.ofSeconds(30);
    private static final int WRITES_AT_ONCE = 1_000;
    private static final long RETENTION_MILLIS = 60_000;

    private final UserShards users;
    private final FeedbackSegments segments;
    private final Forgotten forgotten;
    private final Optional<Signals> signals;
    private final List<EventReader> readers;
    private final ScheduledExecutorService timer;
    private final MeterRegistry meters;
    private final Gauge gauge;
    private volatile boolean failing;

    private EventLogService(ServiceContext context, EventLogSettings settings) {
        Path folder = settings.folder().orElseGet(() -> context.state().path().resolve("events"));
        segments = FeedbackSegments.open(folder, settings.log(), InstantSource.system());
        forgotten = Forgotten.open(EventLog.feedback(folder));
        users = new UserShards(context.cluster(), settings.users());
        signals =
                settings.candidates()
                        .map(service -> new CandidateFinder(context.cluster(), service))
                        .map(finder -> new Signals(finder, settings.kinds(), segments));
        readers =
                IntStream.range(0, settings.users().count())
                        .mapToObj(
                                shard ->
                                        new EventReader(
                                                context.name(),
                                                users,
                                                shard,
                                                segments,
                                                forgotten,
                                                signals))
                        .toList();
        meters = context.meters();
        gauge =
                Gauge.builder("mobula.events.failing", this, one -> one.failing ? 1 : 0)
                        .tag("service", context.name())
                        .register(meters);
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform()
                                .name("mobula-erasure-" + context.name())
                                .daemon()
                                .factory());
        readers.forEach(EventReader::start);
        every(Math.max(1, settings.erasureMillis() / 2), this::erase);
        every(RETENTION_MILLIS, segments::retain);
    }

    /// Starts the event log from encoded [EventLogSettings].
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new EventLogService(context, EventLogSettings.CODEC.decode(context.settings()));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        return switch (op) {
            case EventLogs.STATUS -> status();
            case EventLogs.ERASE -> {
                erase();
                yield status();
            }
            case EventLogs.FORGOTTEN -> EventLogs.USERS.encode(forgotten.lately());
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    private byte[] status() {
        Map<String, EventLogStatus.Reached> shards = new TreeMap<>();
        readers.forEach(reader -> shards.put(reader.shard(), reader.reached(ASK_LIMIT)));
        return EventLogStatus.CODEC.encode(
                new EventLogStatus(
                        segments.folder().toString(),
                        segments.rows(),
                        segments.bytes(),
                        signals.map(Signals::dropped).orElse(0L),
                        shards));
    }

    private synchronized void erase() {
        Map<Long, Forgotten.At> gone = forgotten.now();
        if (!gone.isEmpty()) {
            takeBackFollows(gone);
            segments.erase(gone);
            forgotten.erased(gone, System.currentTimeMillis());
            LOG.info("{} forgotten users are gone from the segments", gone.size());
        }
    }

    /// Takes back that others follow those who were forgotten; who follows one who came back since keeps that.
    private void takeBackFollows(Map<Long, Forgotten.At> gone) {
        List<UserWrite> taken = new ArrayList<>();
        users.edges(
                EdgeKind.FOLLOW,
                SCAN_LIMIT,
                edge -> {
                    Forgotten.At at = gone.get(edge.target());
                    if (at != null && edge.sinceMillis() <= at.heardMillis()) {
                        taken.add(
                                new UserWrite.Disconnect(
                                        edge.user(), EdgeKind.FOLLOW, edge.target()));
                    }
                });
        for (int from = 0; from < taken.size(); from += WRITES_AT_ONCE) {
            int to = Math.min(taken.size(), from + WRITES_AT_ONCE);
            Answers.await(users.write(taken.subList(from, to)));
        }
    }

    private void every(long millis, Runnable work) {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> attempt(work), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void attempt(Runnable work) {
        try {
            work.run();
            failing = false;
        } catch (TrainingException | UncheckedIOException | CallException failed) {
            failing = true;
            LOG.warn("erasing and retention are tried again: {}", failed.getMessage());
        }
    }

    @Override
    public void close() {
        meters.remove(gauge);
        readers.forEach(EventReader::close);
        signals.ifPresent(Signals::close);
        timer.shutdownNow();
        try {
            for (EventReader reader : readers) {
                reader.awaitEnd();
            }
            if (!timer.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn("erasing is still under way");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        segments.close();
    }
}
