package dev.mobula.actors.events;

import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.SegmentLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/*
 * A row says from which shard it is and at which position of the shard's stream, and the rows of a page are one batch that
 * is on disk whole or not at all. So the rows themselves say how far a shard is in the segments, and no event is written
 * twice, whenever the process ends.
 *
 * Reading all rows at each start would take too long, so now and then a small file says how far every shard was at some
 * row; only the rows after it are read. It is written before rows are erased, for an erased row says nothing any more.
 */
/// The segments that events are written to, and how far each shard is in them.
final class FeedbackSegments implements AutoCloseable {
    private static final String NOTE = "reached";
    private static final int READ_ROWS = 8_192;
    private static final int FIRST_OWN = 6;

    static final TableSchema SCHEMA =
            EventLog.feedbackWith(
                    Column.of("id", Column.Kind.TEXT),
                    Column.of("surface", Column.Kind.TEXT),
                    Column.of("shard", Column.Kind.WHOLE),
                    Column.of("position", Column.Kind.WHOLE));

    private final Path folder;
    private final SegmentLog log;
    private final AtomicFile note;
    private final ConcurrentSkipListMap<Integer, Long> written = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Integer, Long> read = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Integer, Long> erased = new ConcurrentSkipListMap<>();

    private FeedbackSegments(Path folder, SegmentLog log) throws IOException {
        this.folder = folder;
        this.log = log;
        this.note = new AtomicFile(EventLog.feedback(folder).resolve(NOTE));
        long from = readNote();
        readRows(Math.max(from, log.firstRow()));
    }

    static FeedbackSegments open(Path folder, LogOptions options, InstantSource clock) {
        try {
            Files.createDirectories(EventLog.feedback(folder));
            SegmentLog log = SegmentLog.open(EventLog.feedback(folder), SCHEMA, options, clock);
            try {
                return new FeedbackSegments(folder, log);
            } catch (IOException | RuntimeException e) {
                log.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
        }
    }

    private long readNote() throws IOException {
        Optional<String> text = note.read();
        if (text.isEmpty()) {
            return 0;
        }
        String[] words = text.get().split(" ", -1);
        for (int i = 1; i + 3 < words.length; i += 4) {
            int shard = Integer.parseInt(words[i]);
            written.put(shard, Long.parseLong(words[i + 1]));
            read.put(shard, Long.parseLong(words[i + 2]));
            erased.put(shard, Long.parseLong(words[i + 3]));
        }
        return Long.parseLong(words[0]);
    }

    private void readRows(long from) {
        if (from >= log.endRow()) {
            return;
        }
        try (LogReader reader = log.view().reader(List.of("shard", "position"))) {
            reader.seek(from);
            Rows batch = new Rows(reader.schema());
            while (reader.next(batch, READ_ROWS)) {
                for (int i = 0; i < batch.size(); i++) {
                    if (!batch.wholes(0).isMissing(i)) {
                        int shard = (int) batch.wholes(0).get(i);
                        written.merge(shard, batch.wholes(1).get(i), Math::max);
                    }
                }
            }
        }
    }

    /// Takes one event of the past.
    @FunctionalInterface
    interface Past {
        void take(long user, long item, String kind, long atMillis);
    }

    /// Tells of the newest rows, the oldest of them first.
    void past(long rowsMax, Past taker) {
        try (LogReader reader = log.view().reader(List.of("user", "item", "kind", "time"))) {
            reader.seek(Math.max(log.firstRow(), log.endRow() - rowsMax));
            Rows batch = new Rows(reader.schema());
            while (reader.next(batch, READ_ROWS)) {
                for (int i = 0; i < batch.size(); i++) {
                    if (!batch.wholes(0).isMissing(i)) {
                        taker.take(
                                batch.wholes(0).get(i),
                                batch.wholes(1).get(i),
                                batch.texts(2).get(i),
                                TimeUnit.MICROSECONDS.toMillis(batch.wholes(3).get(i)));
                    }
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    long rows() {
        return log.endRow() - log.firstRow();
    }

    long bytes() {
        return log.bytes();
    }

    /// The position of a shard's newest event that is in the segments.
    long written(int shard) {
        return written.getOrDefault(shard, 0L);
    }

    /// Up to where all there was to do about a shard's changes is done, or noted durably.
    long read(int shard) {
        return read.getOrDefault(shard, 0L);
    }

    void read(int shard, long position, boolean nothingToErase) {
        read.put(shard, position);
        if (nothingToErase) {
            erased.merge(shard, position, Math::max);
        }
    }

    /// The position of a shard up to which forgotten users are gone.
    long erased(int shard) {
        return erased.getOrDefault(shard, 0L);
    }

    /// Writes those of a shard's changes that are events and are not in the segments yet, as one durable batch.
    synchronized void write(int shard, List<UserChange> changes) {
        long known = written(shard);
        Rows rows = new Rows(SCHEMA);
        long last = known;
        for (UserChange change : changes) {
            if (change.position() > known
                    && change.write() instanceof UserWrite.Happened(UserEvent event)) {
                add(rows, event, shard, change.position());
                last = change.position();
            }
        }
        if (rows.size() > 0) {
            log.append(rows);
            written.put(shard, last);
        }
    }

    private static void add(Rows rows, UserEvent event, int shard, long position) {
        rows.texts(0).add(event.requestId().orElse(""));
        rows.wholes(1).add(event.user());
        rows.wholes(2).add(event.item());
        rows.wholes(3).add(TimeUnit.MILLISECONDS.toMicros(event.atMillis()));
        rows.texts(4).add(event.kind());
        rows.numbers(5).add(event.value());
        rows.texts(FIRST_OWN).add(event.id());
        rows.texts(FIRST_OWN + 1).add(event.surface());
        rows.wholes(FIRST_OWN + 2).add(shard);
        rows.wholes(FIRST_OWN + 3).add(position);
        rows.endRow();
    }

    /// Blanks the rows of users that were forgotten, as far as they are from before that.
    void erase(Map<Long, Forgotten.At> forgotten) {
        note();
        log.erase(
                List.of("user", "position"),
                (rows, row) -> {
                    Forgotten.At at = forgotten.get(rows.wholes(0).get(row));
                    return at != null && rows.wholes(1).get(row) < at.position();
                });
        forgotten.values().forEach(at -> erased.merge(at.shard(), at.position(), Math::max));
        note();
    }

    /// Notes how far every shard is at the present end of the log.
    synchronized void note() {
        StringBuilder text = new StringBuilder().append(log.endRow());
        for (int shard = 0; shard < 1 + highest(); shard++) {
            text.append(' ').append(shard).append(' ').append(written(shard));
            text.append(' ').append(read(shard)).append(' ').append(erased(shard));
        }
        try {
            note.write(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
        }
    }

    private int highest() {
        return Math.max(
                written.isEmpty() ? -1 : written.lastKey(), read.isEmpty() ? -1 : read.lastKey());
    }

    /// Deletes what is too old or too much.
    void retain() {
        try {
            log.retain();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
