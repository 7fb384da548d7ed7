package dev.mobula.training.safety;

import dev.mobula.ranking.safety.rules.EventSchema;
import dev.mobula.ranking.safety.rules.Facts;
import dev.mobula.ranking.safety.rules.RuleEvent;
import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.ranking.safety.rules.WindowCounters;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/*
 * Events are replayed in the order of the table, with their own times, so counters and breakers see what they would have
 * seen. Precision and recall come from the events that have a label, and are those of these events only; their 95 %
 * intervals are Wilson's.
 */
/// What rules would have done over events that have happened.
public final class BackTest {
    private static final int BATCH_ROWS = 1_024;
    private static final int KEYS_MAX = 1_000_000;
    private static final double Z_95 = 1.959964;

    private final TableSchema table;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Integer> texts = new ArrayList<>();
    private final int time;
    private final int label;

    /// @param timeColumn milliseconds since 1970, or an instant
    /// @param labelColumn a number or flag, above 0 for what should have been found; empty for none
    public BackTest(TableSchema table, String timeColumn, String labelColumn) {
        this.table = table;
        this.time = table.require(timeColumn);
        this.label = labelColumn.isEmpty() ? -1 : table.require(labelColumn);
        for (int i = 0; i < table.size(); i++) {
            Column.Kind kind = table.column(i).kind();
            if (kind == Column.Kind.TEXT) {
                texts.add(i);
            } else if (isNumber(kind) && i != label) {
                numbers.add(i);
            }
        }
        if (!isNumber(table.column(time).kind())) {
            throw TrainingException.invalid("time column", timeColumn, "must be whole or instant");
        }
    }

    private static boolean isNumber(Column.Kind kind) {
        return switch (kind) {
            case WHOLE, NUMBER, REAL, FLAG, INSTANT -> true;
            case TEXT, BYTES, WHOLES, REALS, TEXTS -> false;
        };
    }

    /// The fields that rules may name.
    public EventSchema fields() {
        return new EventSchema(names(numbers), names(texts));
    }

    private List<String> names(List<Integer> columns) {
        return columns.stream().map(column -> table.column(column).name()).toList();
    }

    /// A share with its 95 % interval; not a number when there was nothing to share.
    public record Share(double value, double lower, double upper) {
        static Share of(long part, long whole) {
            if (whole == 0) {
                return new Share(Double.NaN, 0, 1);
            }
            double p = (double) part / whole;
            double z2 = Z_95 * Z_95;
            double centre = (p + z2 / (2 * whole)) / (1 + z2 / whole);
            double radius =
                    Z_95
                            * Math.sqrt(p * (1 - p) / whole + z2 / (4.0 * whole * whole))
                            / (1 + z2 / whole);
            return new Share(p, Math.max(0, centre - radius), Math.min(1, centre + radius));
        }
    }

    /// One rule's outcome.
    ///
    /// @param held events for which it held, of which it `acted` on those its breaker let it
    /// @param alone events for which no other rule held
    /// @param stopped why it stopped itself, or empty
    public record Outcome(
            String rule,
            long held,
            long acted,
            long alone,
            Share precision,
            Share recall,
            String stopped) {}

    /// What became of all events.
    public record Found(long events, long labelled, long flagged, List<Outcome> rules) {
        public Found {
            rules = List.copyOf(rules);
        }
    }

    /// Counts of one rule while the table is read.
    private static final class Tally {
        private long held;
        private long acted;
        private long alone;
        private long labelled;
        private long hits;
    }

    /// Replays a table of this schema.
    public Found run(RuleSet rules, TableReader reader, DoubleConsumer progress) {
        List<Tally> tallies = new ArrayList<>();
        rules.names().forEach(name -> tallies.add(new Tally()));
        WindowCounters counters = new WindowCounters(KEYS_MAX);
        Rows rows = new Rows(reader.schema());
        long[] all = new long[4];
        List<Integer> holding = new ArrayList<>();
        while (reader.next(rows, BATCH_ROWS)) {
            for (int row = 0; row < rows.size(); row++) {
                holding.clear();
                rules.evaluate(
                        event(rows, row),
                        Facts.NONE,
                        counters,
                        (rule, effects, stopped) -> {
                            holding.add(rule);
                            tallies.get(rule).held++;
                            tallies.get(rule).acted += stopped ? 0 : 1;
                        });
                count(rows, row, holding, tallies, all);
            }
            progress.accept(reader.done().orElse(-1));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < tallies.size(); i++) {
            Tally tally = tallies.get(i);
            outcomes.add(
                    new Outcome(
                            rules.names().get(i),
                            tally.held,
                            tally.acted,
                            tally.alone,
                            Share.of(tally.hits, tally.labelled),
                            Share.of(tally.hits, all[3]),
                            rules.stopped(i)));
        }
        return new Found(all[0], all[1], all[2], outcomes);
    }

    /// @param all events, labelled ones, flagged ones, positives
    private void count(Rows rows, int row, List<Integer> holding, List<Tally> tallies, long[] all) {
        all[0]++;
        all[2] += holding.isEmpty() ? 0 : 1;
        boolean known = label >= 0 && !rows.values(label).isMissing(row);
        boolean positive = known && number(rows, label, row) > 0;
        all[1] += known ? 1 : 0;
        all[3] += positive ? 1 : 0;
        for (int rule : holding) {
            Tally tally = tallies.get(rule);
            tally.alone += holding.size() == 1 ? 1 : 0;
            tally.labelled += known ? 1 : 0;
            tally.hits += positive ? 1 : 0;
        }
    }

    private RuleEvent event(Rows rows, int row) {
        double[] values = new double[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(rows, numbers.get(i), row);
        }
        String[] words = new String[texts.size()];
        for (int i = 0; i < words.length; i++) {
            byte[] bytes = rows.texts(texts.get(i)).bytes(row);
            words[i] = new String(bytes, StandardCharsets.UTF_8);
        }
        boolean micros = table.column(time).kind() == Column.Kind.INSTANT;
        double at = number(rows, time, row);
        return new RuleEvent((long) (micros ? at / 1_000 : at), values, words);
    }

    private double number(Rows rows, int column, int row) {
        if (rows.values(column).isMissing(row)) {
            return 0;
        }
        return switch (table.column(column).kind()) {
            case WHOLE, FLAG, INSTANT -> rows.wholes(column).get(row);
            case NUMBER -> rows.numbers(column).get(row);
            case REAL -> rows.reals(column).get(row);
            case TEXT, BYTES, WHOLES, REALS, TEXTS -> 0;
        };
    }
}
