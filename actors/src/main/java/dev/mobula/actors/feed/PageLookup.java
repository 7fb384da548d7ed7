package dev.mobula.actors.feed;

import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Finds a page's row in a log whose rows lie almost in the order of time.
final class PageLookup {
    /// How much later than its request a row may be written.
    static final Duration SLACK = Duration.ofSeconds(30);

    private static final int BATCH_ROWS = 512;
    private static final int REQUEST = 0;
    private static final int TIME = 1;

    private final LogView view;
    private final LogReader keys;
    private final Rows batch;

    private PageLookup(LogView view, LogReader keys) {
        this.view = view;
        this.keys = keys;
        batch = new Rows(keys.schema());
    }

    static Optional<Rows> find(LogView view, String requestId, long timeMicros) {
        OptionalLong position;
        try (LogReader keys = view.reader(List.of("request", "time"))) {
            position = new PageLookup(view, keys).position(requestId, timeMicros);
        }
        if (position.isEmpty()) {
            return Optional.empty();
        }
        try (LogReader reader = view.reader()) {
            Rows row = new Rows(reader.schema());
            reader.read(position.getAsLong(), 1, row);
            return Optional.of(row);
        }
    }

    private OptionalLong position(String requestId, long timeMicros) {
        long slack = SLACK.toNanos() / 1_000;
        long from = firstSince(timeMicros - slack);
        while (from < view.endRow()) {
            int count = (int) Math.min(BATCH_ROWS, view.endRow() - from);
            read(from, count);
            for (int row = 0; row < count; row++) {
                if (batch.texts(REQUEST).isMissing(row)) {
                    continue; // erased
                }
                if (batch.texts(REQUEST).get(row).equals(requestId)) {
                    return OptionalLong.of(from + row);
                }
                if (batch.wholes(TIME).get(row) > timeMicros + slack) {
                    return OptionalLong.empty();
                }
            }
            from += count;
        }
        return OptionalLong.empty();
    }

    private void read(long from, int count) {
        batch.clear();
        keys.read(from, count, batch);
    }

    /// The first row that may be of this time or later, by bisection; rows that were erased have no time.
    private long firstSince(long timeMicros) {
        long low = view.firstRow();
        long high = view.endRow();
        while (low < high) {
            long middle = (low + high) >>> 1;
            long timed = middle;
            read(timed, 1);
            while (batch.wholes(TIME).isMissing(0) && timed + 1 < high) {
                read(++timed, 1);
            }
            boolean isBefore =
                    !batch.wholes(TIME).isMissing(0) && batch.wholes(TIME).get(0) < timeMicros;
            if (isBefore) {
                low = timed + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
