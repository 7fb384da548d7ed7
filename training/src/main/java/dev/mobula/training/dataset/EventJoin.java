package dev.mobula.training.dataset;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/*
 * Feedback belongs to the impression of its request and item, when it came within the window after it. The feedback is
 * held in memory, the impressions stream past it. When there is more feedback than may be held, both are cut into parts by
 * the request's hash and the impressions stream past each part in turn; a part's rows follow those of the one before.
 */
/// The impressions of an event log with what came of them, as rows to learn from.
///
/// An impression gets a column `label.KIND` for each kind of feedback: the sum of its values, 0 when there was none. One
/// whose window is not over at `until` is left out, because what will come of it is not known yet.
public final class EventJoin implements TableReader {
    /// Before the names of the columns with what came of an impression.
    public static final String LABEL = "label.";

    /// What belongs together.
    ///
    /// @param window how long after the impression feedback counts
    /// @param until the log is taken to know all feedback before this moment
    /// @param kinds of feedback, in the order of their columns
    /// @param feedbackRowsMax how many rows of feedback are held in memory at once
    public record Settings(
            Duration window, Instant until, List<String> kinds, int feedbackRowsMax) {
        /// Ten million, about a gigabyte.
        public static final int FEEDBACK_ROWS_MAX = 10_000_000;

        public Settings {
            kinds = List.copyOf(kinds);
            if (window.isNegative() || window.isZero() || window.toDays() > 365) {
                throw TrainingException.invalid("window", window, "must be up to 365 days");
            }
            if (kinds.isEmpty()) {
                throw TrainingException.invalid("kinds", kinds, "must name kinds of feedback");
            }
            if (feedbackRowsMax < 1 || feedbackRowsMax > 100_000_000) {
                throw TrainingException.invalid(
                        "feedbackRowsMax", feedbackRowsMax, "must be 1 to 100000000");
            }
        }
    }

    /// What became of every row that was not erased: impressions = joined + open, feedback = all the rest together.
    ///
    /// @param open impressions whose window is not over
    /// @param attributed feedback that is in a label
    /// @param late feedback that came after the window of its impression
    /// @param early feedback before its impression
    /// @param orphan feedback without an impression
    /// @param repeated feedback that is equal to another in everything
    /// @param otherKind feedback of a kind that was not asked for
    /// @param ofOpen feedback to an open impression
    public record Counts(
            long joined,
            long open,
            long attributed,
            long late,
            long early,
            long orphan,
            long repeated,
            long otherKind,
            long ofOpen) {
        /// All feedback rows that were read.
        public long feedback() {
            return attributed + late + early + orphan + repeated + otherKind + ofOpen;
        }
    }

    private static final int READ_ROWS = 8_192;
    private static final long MICROS_PER_MILLI = 1_000;

    private final List<LogView> impressions;
    private final LogView feedback;
    private final TableSchema schema;
    private final int parts;
    private final Rows read;
    private final FeedbackTable table;
    private final long openFrom;
    private Map<Long, Long> gone = Map.of();
    private LogReader reader;
    private int view;
    private int part;
    private int row;
    private long joined;
    private long open;
    private boolean ended;

    private EventJoin(
            List<LogView> impressions,
            LogView feedback,
            Settings settings,
            Map<String, String> notes) {
        this.impressions = impressions;
        this.feedback = feedback;
        TableSchema shown = impressions.getLast().schema();
        this.schema = schema(shown, settings, notes);
        this.parts =
                Math.toIntExact(
                        Math.max(1, -Math.floorDiv(-feedback.rows(), settings.feedbackRowsMax())));
        this.read = new Rows(shown);
        this.reader = impressions.getFirst().reader();
        this.table =
                new FeedbackTable(feedback.schema(), settings.kinds(), micros(settings.window()));
        this.openFrom =
                ChronoUnit.MICROS.between(Instant.EPOCH, settings.until())
                        - micros(settings.window());
        table.fill(feedback, 0, parts);
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    /// Opens the join over what an event log's folder holds now.
    public static EventJoin open(Path eventLog, Settings settings) {
        return open(
                List.of(EventLog.impressions(eventLog)),
                EventLog.feedback(eventLog),
                settings,
                Map.of());
    }

    /// Opens the join over logs that lie apart.
    ///
    /// @param impressions logs of the same columns, in the order in which they are read
    /// @param notes that the joined rows carry besides
    public static EventJoin open(
            List<Path> impressions, Path feedback, Settings settings, Map<String, String> notes) {
        List<LogView> views = impressions.stream().map(LogView::open).toList();
        if (views.isEmpty()) {
            throw TrainingException.invalid("impressions", impressions, "must name a log");
        }
        List<Column> columns = views.getLast().schema().columns();
        for (LogView view : views) {
            if (!view.schema().columns().equals(columns)) {
                throw TrainingException.invalid(
                        "impressions",
                        view.folder(),
                        "must have the columns of " + views.getLast().folder());
            }
        }
        return new EventJoin(views, LogView.open(feedback), settings, notes);
    }

    /// Leaves out what these users were shown up to their moments, in milliseconds, as if it were erased; before the first
    /// row.
    public EventJoin without(Map<Long, Long> users) {
        gone = Map.copyOf(users);
        return this;
    }

    private static TableSchema schema(
            TableSchema impressions, Settings settings, Map<String, String> more) {
        List<Column> columns = new ArrayList<>(impressions.columns());
        settings.kinds().forEach(kind -> columns.add(Column.of(LABEL + kind, Kind.NUMBER)));
        Map<String, String> notes = new TreeMap<>(impressions.notes());
        notes.putAll(more);
        notes.put("mobula_attribution_window", settings.window().toString());
        notes.put("mobula_attribution_until", settings.until().toString());
        return new TableSchema(columns, notes);
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public boolean next(Rows batch, int rowsMax) {
        batch.clear();
        while (!ended && batch.size() < rowsMax) {
            if (row == read.size() && !readMore()) {
                break;
            }
            join(batch);
        }
        return batch.size() > 0;
    }

    /// Reads on, in the next part when this one is over; false after the last.
    private boolean readMore() {
        row = 0;
        while (!reader.next(read, READ_ROWS)) {
            if (++view == impressions.size()) {
                table.endPart();
                if (++part == parts) {
                    ended = true;
                    return false;
                }
                view = 0;
                table.fill(feedback, part, parts);
            }
            reader.close();
            reader = impressions.get(view).reader();
        }
        return true;
    }

    private void join(Rows batch) {
        int at = row++;
        Values.Texts requests = read.texts(0);
        if (requests.isMissing(at)) {
            return; // erased
        }
        long hash = FeedbackTable.hash(requests.array(), requests.start(at), requests.length(at));
        if (FeedbackTable.part(hash, parts) != part) {
            return;
        }
        long item = read.wholes(2).get(at);
        long time = read.wholes(3).get(at);
        Long until = gone.get(read.wholes(1).get(at));
        if (until != null && time / MICROS_PER_MILLI <= until) {
            return;
        }
        if (time > openFrom) {
            open++;
            table.attributeToOpen(requests.bytes(at), hash, item);
            return;
        }
        joined++;
        double[] labels = table.attribute(requests.bytes(at), hash, item, time);
        int given = read.schema().size();
        for (int c = 0; c < given; c++) {
            batch.values(c).addFrom(read.values(c), at);
        }
        for (int k = 0; k < labels.length; k++) {
            batch.numbers(given + k).add(labels[k]);
        }
        batch.endRow();
    }

    /// What became of all rows; complete when the last was given.
    public Counts counts() {
        if (!ended) {
            throw new TrainingException(Code.BUSY, "the join is not over");
        }
        return table.counts(joined, open);
    }

    /// The number of impressions, as far as the log is known.
    public OptionalLong impressions() {
        return OptionalLong.of(impressions.stream().mapToLong(LogView::rows).sum());
    }

    @Override
    public OptionalDouble done() {
        double ofPart = (view + reader.done().orElse(0)) / impressions.size();
        return OptionalDouble.of((part + ofPart) / parts);
    }

    @Override
    public void close() {
        reader.close();
    }
}
