package dev.mobula.actors.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.FeatureColumns;
import dev.mobula.training.log.GroupCommit;
import dev.mobula.training.log.Impression;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import dev.mobula.training.log.SegmentLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/*
 * Two kinds of logs in one folder. `pages` has a row for every page: for whom, when, and all else as JSON. `KEY/impressions`
 * has a row for everything shown that was scored from one schema by one set of heads, in the columns of an event log, so
 * that a canary whose features differ writes beside the active model and not into its columns. A page's row is written
 * after its impressions and says where they are.
 *
 * A request id says when its page was asked for. Rows lie almost in the order of time: a page's row comes later than its
 * request by its budget and what waits in the queue, which is less than SLACK. So a page is looked for by bisection, and
 * then row by row among those of that minute.
 */
/// The impression log of one gateway: pages and what they showed, in Arrow segments that survive a crash.
public final class ImpressionLog implements Impressions {
    private static final String PAGES = "pages";
    private static final TableSchema PAGE =
            TableSchema.of(
                    Column.of("request", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("surface", Kind.TEXT),
                    Column.of("experiments", Kind.TEXTS),
                    Column.of("shown", Kind.WHOLE),
                    Column.of("first", Kind.WHOLE),
                    Column.of("count", Kind.WHOLE),
                    Column.of("page", Kind.TEXT));
    private static final int FIRST = 6;
    private static final int COUNT = 7;
    private static final int JSON = 8;
    private static final int PARTS_MAX = 8;
    private static final int USER = 1;
    private static final int TIME = 2;
    private static final int FORGOTTEN_MAX = 10_000;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final Duration PENDING_LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final LogOptions options;
    private final InstantSource clock;
    private final JsonMapper json = new JsonMapper();
    private final GroupCommit pages;
    private final PendingErasures forgotten;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

    /// The impressions of one schema and its heads.
    private record Part(FeatureColumns features, TableSchema schema, int heads, GroupCommit log) {}

    private ImpressionLog(
            Path folder,
            LogOptions options,
            InstantSource clock,
            GroupCommit pages,
            PendingErasures forgotten) {
        this.forgotten = forgotten;
        this.folder = folder;
        this.options = options;
        this.clock = clock;
        this.pages = pages;
    }

    /// Opens or creates the log; its limits are those of each of its parts.
    public static ImpressionLog open(Path folder, LogOptions options, InstantSource clock) {
        SegmentLog pages = SegmentLog.open(folder.resolve(PAGES), PAGE, options, clock);
        try {
            PendingErasures forgotten = PendingErasures.open(folder);
            GroupCommit committed = new GroupCommit(pages, PAGES);
            return new ImpressionLog(folder, options, clock, committed, forgotten);
        } catch (IOException unreadable) {
            pages.close();
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Users who are still in a log's rows and are to go, with the moment up to which their rows are.
    public static Map<Long, Long> forgotten(Path folder) throws IOException {
        return PendingErasures.read(folder);
    }

    /// Where the impressions are that were scored from one schema by one set of heads: a folder for each.
    public static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> Files.isDirectory(EventLog.impressions(path)))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public CompletableFuture<Void> log(LoggedPage page, Scoring scoring, List<Impression> shown) {
        CompletableFuture<Long> end =
                shown.isEmpty() ? CompletableFuture.completedFuture(0L) : append(scoring, shown);
        CompletableFuture<Void> done =
                end.thenCompose(position -> pages.append(row(page, position, shown.size())))
                        .thenAccept(position -> {});
        pending.put(page.requestId(), done);
        var _ = done.whenComplete((ok, failed) -> pending.remove(page.requestId()));
        return done;
    }

    private synchronized CompletableFuture<Long> append(Scoring scoring, List<Impression> shown) {
        FeatureSchema schema =
                scoring.schema()
                        .orElseThrow(
                                () ->
                                        TrainingException.invalid(
                                                "scoring", scoring, "must have a schema"));
        String key = RequestId.key(schema.fingerprint(), scoring.heads());
        Part part = parts.get(key);
        if (part == null) {
            awaitGivenBack(key);
            closeOldest();
            part = open(key, schema, scoring.heads());
            parts.put(key, part);
        }
        return part.log()
                .append(EventLog.rows(shown, part.features(), part.schema(), part.heads()));
    }

    private Part open(String key, FeatureSchema schema, List<String> heads) {
        FeatureColumns features = new FeatureColumns(FeatureLayout.of(schema));
        TableSchema columns = EventLog.columns(features, heads);
        Path path = EventLog.impressions(folder.resolve(key));
        SegmentLog log = SegmentLog.open(path, columns, options, clock);
        return new Part(features, columns, heads.size(), new GroupCommit(log, "impressions"));
    }

    private void closeOldest() {
        if (parts.size() >= PARTS_MAX) {
            String oldest = parts.keySet().iterator().next();
            Part part = parts.remove(oldest);
            if (part != null) {
                part.log().close();
            }
        }
    }

    private Rows row(LoggedPage page, long end, int count) {
        Rows rows = new Rows(PAGE);
        rows.texts(0).add(page.requestId());
        rows.wholes(1).add(page.user());
        rows.wholes(2).add(page.timeMillis() * MICROS_PER_MILLI);
        rows.texts(3).add(page.surface());
        List<String> arms = new ArrayList<>();
        page.experiments().forEach(one -> arms.add(one.experiment() + "=" + one.arm()));
        if (page.heldOut()) {
            arms.add("holdout");
        }
        rows.lists(4).add(arms);
        rows.wholes(5).add(page.items().size());
        rows.wholes(FIRST).add(end - count);
        rows.wholes(COUNT).add(count);
        rows.texts(JSON).add(written(page));
        rows.endRow();
        return rows;
    }

    private String written(LoggedPage page) {
        try {
            return json.writeValueAsString(page);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a page has JSON", impossible);
        }
    }

    @Override
    public Optional<LoggedPage> page(String requestId) {
        return find(requestId)
                .map(
                        row -> {
                            try {
                                return json.readValue(row.texts(JSON).get(0), LoggedPage.class);
                            } catch (JsonProcessingException torn) {
                                throw new TrainingException(
                                        Code.CORRUPT, "page " + requestId + ": " + torn, torn);
                            }
                        });
    }

    @Override
    public List<Impression> shown(String requestId) {
        Optional<RequestId> id = RequestId.parse(requestId);
        Optional<Rows> found = find(requestId);
        if (id.isEmpty() || found.isEmpty() || found.get().wholes(COUNT).get(0) == 0) {
            return List.of();
        }
        LogView view = LogView.open(EventLog.impressions(folder.resolve(id.get().key())));
        try (LogReader reader = view.reader()) {
            Rows rows = new Rows(view.schema());
            reader.read(
                    found.get().wholes(FIRST).get(0), (int) found.get().wholes(COUNT).get(0), rows);
            FeatureColumns features = EventLog.features(view.schema());
            List<Impression> shown = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                shown.add(EventLog.impression(rows, row, features));
            }
            return shown;
        }
    }

    /// A page's row; what was just logged is waited for.
    private Optional<Rows> find(String requestId) {
        awaitPending(requestId);
        return RequestId.parse(requestId)
                .flatMap(
                        id ->
                                PageLookup.find(
                                        LogView.open(folder.resolve(PAGES)),
                                        requestId,
                                        id.millis() * MICROS_PER_MILLI))
                .filter(row -> !isForgotten(row));
    }

    private boolean isForgotten(Rows page) {
        return forgotten.has(page.wholes(USER).get(0), page.wholes(TIME).get(0) / MICROS_PER_MILLI);
    }

    private void awaitPending(String requestId) {
        CompletableFuture<Void> writing = pending.get(requestId);
        if (writing != null) {
            var _ =
                    writing.handle((done, failed) -> true)
                            .completeOnTimeout(false, PENDING_LIMIT.toSeconds(), TimeUnit.SECONDS)
                            .join();
        }
    }

    /// Forgets what a user was shown up to now: nobody finds it any more from here on, and [#erasePending] takes it out of
    /// the segments. Durable when this returns.
    public void forget(long user) throws IOException {
        forget(user, clock.millis());
    }

    /// The same for what the user was shown up to a moment.
    void forget(long user, long untilMillis) throws IOException {
        if (forgotten.add(user, untilMillis) >= FORGOTTEN_MAX) {
            erasePending();
        }
    }

    /// Erases all who were forgotten a moment ago or earlier, in one pass: their rows keep their places and have no values
    /// any more. Returns how many rows were erased.
    public long erasePending() throws IOException {
        Map<Long, Long> due = forgotten.until(clock.millis() - PENDING_LIMIT.toMillis());
        if (due.isEmpty()) {
            return 0;
        }
        LongAdder erased = new LongAdder();
        everyLog(log -> erased.add(erase(log, due)));
        forgotten.done(due);
        return erased.sum();
    }

    private static long erase(SegmentLog log, Map<Long, Long> due) {
        return log.erase(
                List.of("user", "time"),
                (rows, row) -> {
                    Long since = due.get(rows.wholes(0).get(row));
                    return since != null && rows.wholes(1).get(row) / MICROS_PER_MILLI <= since;
                });
    }

    /// Deletes what is too old or too much, whole sets of features that are served no more too, the oldest first.
    public void retain() throws IOException {
        everyLog(SegmentLog::retain);
        IdleParts.of(folder, options, clock.millis()).delete(this::isIdle);
    }

    private synchronized boolean isIdle(String key) {
        return !parts.containsKey(key);
    }

    /// Something to do with one of the logs.
    @FunctionalInterface
    private interface LogWork {
        void on(SegmentLog log) throws IOException;
    }

    /// The log of pages and the impressions of every schema; those that are not written to are opened for it.
    private void everyLog(LogWork work) throws IOException {
        work.on(pages.log());
        for (Path path : folders(folder)) {
            String key = path.getFileName().toString();
            Optional<SegmentLog> open = openOrTaken(key);
            if (open.isPresent()) {
                work.on(open.get());
                continue;
            }
            try {
                Path closed = EventLog.impressions(path);
                TableSchema schema = LogView.open(closed).schema();
                try (SegmentLog log = SegmentLog.open(closed, schema, options, clock)) {
                    work.on(log);
                }
            } catch (TrainingException nothing) {
                if (nothing.code() != Code.NOT_FOUND) {
                    throw nothing;
                }
            } finally {
                giveBack(key);
            }
        }
    }

    /// The log of a key that is written to; otherwise nobody opens it until it is given back.
    private synchronized Optional<SegmentLog> openOrTaken(String key) {
        Part open = parts.get(key);
        if (open == null) {
            taken.add(key);
        }
        return Optional.ofNullable(open).map(part -> part.log().log());
    }

    private synchronized void giveBack(String key) {
        taken.remove(key);
        notifyAll();
    }

    private void awaitGivenBack(String key) {
        while (taken.contains(key)) {
            try {
                wait();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new TrainingException(Code.BUSY, key + " is worked on", stop);
            }
        }
    }

    @Override
    public synchronized void close() {
        CompletableFuture.allOf(pending.values().toArray(CompletableFuture<?>[]::new))
                .handle((done, failed) -> true)
                .completeOnTimeout(false, PENDING_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        parts.values().forEach(part -> part.log().close());
        parts.clear();
        pages.close();
    }
}
