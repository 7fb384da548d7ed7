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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
    private static final long MICROS_PER_MILLI = 1_000;
    private static final Duration PENDING_LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final LogOptions options;
    private final InstantSource clock;
    private final JsonMapper json = new JsonMapper();
    private final GroupCommit pages;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();

    /// The impressions of one schema and its heads.
    private record Part(FeatureColumns features, TableSchema schema, int heads, GroupCommit log) {}

    private ImpressionLog(Path folder, LogOptions options, InstantSource clock, GroupCommit pages) {
        this.folder = folder;
        this.options = options;
        this.clock = clock;
        this.pages = pages;
    }

    /// Opens or creates the log; its limits are those of each of its parts.
    public static ImpressionLog open(Path folder, LogOptions options, InstantSource clock) {
        SegmentLog pages = SegmentLog.open(folder.resolve(PAGES), PAGE, options, clock);
        return new ImpressionLog(folder, options, clock, new GroupCommit(pages, PAGES));
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
                                        id.millis() * MICROS_PER_MILLI));
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

    /// Erases users: their rows keep their places and have no values any more. Returns how many rows were erased; what is
    /// logged meanwhile is not looked at.
    public synchronized long erase(Set<Long> users) throws IOException {
        long erased = erase(pages.log(), users);
        for (Path part : folders(folder)) {
            Part open = parts.get(part.getFileName().toString());
            if (open != null) {
                erased += erase(open.log().log(), users);
            } else {
                Path closed = EventLog.impressions(part);
                TableSchema schema = LogView.open(closed).schema();
                try (SegmentLog log = SegmentLog.open(closed, schema, options, clock)) {
                    erased += erase(log, users);
                }
            }
        }
        return erased;
    }

    private static long erase(SegmentLog log, Set<Long> users) {
        return log.erase(
                List.of("user"),
                (rows, row) ->
                        !rows.wholes(0).isMissing(row) && users.contains(rows.wholes(0).get(row)));
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
