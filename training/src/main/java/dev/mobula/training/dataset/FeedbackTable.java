package dev.mobula.training.dataset;

import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.util.Arrays;
import java.util.List;

/// Feedback of one part of the requests, found by request and item. Chains of rows hang from a power of two of heads.
final class FeedbackTable {
    private static final int READ_ROWS = 8_192;
    private static final int NONE = -1;
    private static final List<String> COLUMNS =
            EventLog.FEEDBACK.columns().stream().map(Column::name).toList();

    private final List<String> kinds;
    private final long windowMicros;
    private Rows rows;
    private int[] heads = new int[16];
    private int[] chain = new int[16];
    private boolean[] done = new boolean[16];
    private long attributed;
    private long late;
    private long early;
    private long orphan;
    private long repeated;
    private long otherKind;
    private long ofOpen;

    FeedbackTable(TableSchema schema, List<String> kinds, long windowMicros) {
        this.kinds = kinds;
        this.windowMicros = windowMicros;
        this.rows = new Rows(schema);
    }

    static long hash(byte[] bytes, int from, int length) {
        long hash = 0xcbf29ce484222325L;
        for (int i = from; i < from + length; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
        return hash ^ (hash >>> 32);
    }

    static int part(long hash, int parts) {
        return (int) Long.remainderUnsigned(hash, parts);
    }

    /// Holds the feedback of one part and nothing else.
    void fill(LogView feedback, int part, int parts) {
        try (LogReader reader = feedback.reader(COLUMNS)) {
            rows = new Rows(reader.schema());
            Rows batch = new Rows(reader.schema());
            while (reader.next(batch, READ_ROWS)) {
                Values.Texts requests = batch.texts(0);
                for (int i = 0; i < batch.size(); i++) {
                    if (requests.isMissing(i)) {
                        continue; // erased
                    }
                    long hash = hash(requests.array(), requests.start(i), requests.length(i));
                    if (part(hash, parts) == part) {
                        rows.addFrom(batch, i);
                    }
                }
            }
        }
        link();
    }

    private void link() {
        heads = new int[Integer.highestOneBit(Math.max(8, rows.size())) << 1];
        Arrays.fill(heads, NONE);
        chain = new int[rows.size()];
        done = new boolean[rows.size()];
        for (int i = rows.size() - 1; i >= 0; i--) {
            int slot = slot(i);
            chain[i] = heads[slot];
            heads[slot] = i;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (kindOf(i) < 0) {
                otherKind++;
                done[i] = true;
            } else if (isRepeated(i)) {
                repeated++;
                done[i] = true;
            }
        }
    }

    private int slot(int row) {
        Values.Texts requests = rows.texts(0);
        long hash = hash(requests.array(), requests.start(row), requests.length(row));
        return slot(hash, rows.wholes(2).get(row));
    }

    private int slot(long hash, long item) {
        long mixed = (hash ^ item * 0x9E3779B97F4A7C15L) * 0xd6e8feb86659fd93L;
        return (int) (mixed >>> 40) & (heads.length - 1);
    }

    private int kindOf(int row) {
        return kinds.indexOf(rows.texts(4).get(row));
    }

    /// Whether an earlier row says the same.
    private boolean isRepeated(int row) {
        for (int other = heads[slot(row)]; other != row; other = chain[other]) {
            if (rows.wholes(3).get(other) == rows.wholes(3).get(row)
                    && rows.wholes(2).get(other) == rows.wholes(2).get(row)
                    && rows.numbers(5).get(other) == rows.numbers(5).get(row)
                    && sameText(0, other, row)
                    && sameText(4, other, row)) {
                return true;
            }
        }
        return false;
    }

    private boolean sameText(int column, int a, int b) {
        return isText(column, a, rows.texts(column).bytes(b));
    }

    private boolean isText(int column, int row, byte[] text) {
        Values.Texts texts = rows.texts(column);
        int start = texts.start(row);
        return Arrays.equals(texts.array(), start, start + texts.length(row), text, 0, text.length);
    }

    /// What came of an impression, by kind; each row of feedback goes to one impression.
    double[] attribute(byte[] request, long hash, long item, long time) {
        double[] labels = new double[kinds.size()];
        for (int i = heads[slot(hash, item)]; i != NONE; i = chain[i]) {
            if (done[i] || rows.wholes(2).get(i) != item || !isText(0, i, request)) {
                continue;
            }
            done[i] = true;
            long after = rows.wholes(3).get(i) - time;
            if (after < 0) {
                early++;
            } else if (after > windowMicros) {
                late++;
            } else {
                attributed++;
                labels[kindOf(i)] += rows.numbers(5).get(i);
            }
        }
        return labels;
    }

    /// Sets aside what belongs to an impression that is not given yet.
    void attributeToOpen(byte[] request, long hash, long item) {
        for (int i = heads[slot(hash, item)]; i != NONE; i = chain[i]) {
            if (!done[i] && rows.wholes(2).get(i) == item && isText(0, i, request)) {
                done[i] = true;
                ofOpen++;
            }
        }
    }

    /// Counts what no impression of this part took.
    void endPart() {
        for (boolean one : done) {
            orphan += one ? 0 : 1;
        }
    }

    EventJoin.Counts counts(long joined, long open) {
        return new EventJoin.Counts(
                joined, open, attributed, late, early, orphan, repeated, otherKind, ofOpen);
    }
}
