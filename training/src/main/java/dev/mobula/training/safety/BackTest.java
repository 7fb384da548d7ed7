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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleConsumer;

/*
 * Events are replayed in the order of the table, with their own times, so counters and breakers see what they would have
 * seen. Precision and recall come from the events that have a label. Where labels were given to a stratified sample, each
 * labelled event stands for as many as its weight says, one over the share of its stratum that was labelled; the 95 %
 * intervals are Wilson's with Kish's effective number of events, (sum of weights)^2 / sum of squares.
 */
/// What rules would have done over events that have happened.
public final class BackTest {
    /// The most subjects that are told apart for a rule.
    public static final int SUBJECTS_MAX = 1_000_000;

    private static final int BATCH_ROWS = 1_024;
    private static final int KEYS_MAX = 1_000_000;
    private static final double Z_95 = 1.959964;

    private final TableSchema table;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Integer> texts = new ArrayList<>();
    private final int time;
    private final int label;
    private final int weight;
    private final int subject;

    /// What the columns of a table are.
    ///
    /// @param time milliseconds since 1970, or an instant
    /// @param label a number or flag, above 0 for what should have been found; empty for none
    /// @param weight how many events a labelled one stands for; empty for one each
    /// @param subject whom an event is about, such as its author; empty when nobody asks
    public record Columns(String time, String label, String weight, String subject) {
        public static Columns of(String time, String label) {
            return new Columns(time, label, "", "");
        }
    }

    public BackTest(TableSchema table, Columns columns) {
        this.table = table;
        this.time = table.require(columns.time());
        this.label = place(columns.label());
        this.weight = place(columns.weight());
        this.subject = place(columns.subject());
        for (int i = 0; i < table.size(); i++) {
            Column.Kind kind = table.column(i).kind();
            if (kind == Column.Kind.TEXT) {
                texts.add(i);
            } else if (isNumber(kind) && i != label && i != weight) {
                numbers.add(i);
            }
        }
        if (!isNumber(table.column(time).kind())) {
            throw TrainingException.invalid(
                    "time column", columns.time(), "must be whole or instant");
        }
        if (subject >= 0 && table.column(subject).kind() != Column.Kind.TEXT) {
            throw TrainingException.invalid("subject column", columns.subject(), "must be a text");
        }
    }

    private int place(String column) {
        return column.isEmpty() ? -1 : table.require(column);
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
        static Share of(Weighed part, Weighed whole) {
            if (whole.sum == 0) {
                return new Share(Double.NaN, 0, 1);
            }
            double p = part.sum / whole.sum;
            double events = whole.sum * whole.sum / whole.squares;
            double z2 = Z_95 * Z_95;
            double centre = (p + z2 / (2 * events)) / (1 + z2 / events);
            double radius =
                    Z_95
                            * Math.sqrt(p * (1 - p) / events + z2 / (4.0 * events * events))
                            / (1 + z2 / events);
            return new Share(p, Math.max(0, centre - radius), Math.min(1, centre + radius));
        }
    }

    /// Weights of events, added up.
    static final class Weighed {
        private double sum;
        private double squares;

        void add(double weight) {
            sum += weight;
            squares += weight * weight;
        }
    }

    /// One rule's outcome.
    ///
    /// @param held events for which it held, of which it `acted` on those its breaker let it
    /// @param alone events for which no other rule held
    /// @param subjects how many different subjects it held for, up to [#SUBJECTS_MAX]
    /// @param overlap the rule that held together with it most often, and how often, or empty
    /// @param stopped why it stopped itself, or empty
    public record Outcome(
            String rule,
            long held,
            long acted,
            long alone,
            long subjects,
            String overlap,
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
        private final Weighed labelled = new Weighed();
        private final Weighed hits = new Weighed();
        private final Set<String> subjects = new HashSet<>();
        private final Map<Integer, Long> together = new HashMap<>();

        String overlap(List<String> names) {
            return together.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .map(most -> names.get(most.getKey()) + " " + most.getValue())
                    .orElse("");
        }
    }

    /// Counts of all events.
    private static final class Total {
        private long events;
        private long labelled;
        private long flagged;
        private final Weighed positives = new Weighed();
    }

    /// Replays a table of this schema.
    public Found run(RuleSet rules, TableReader reader, DoubleConsumer progress) {
        List<Tally> tallies = new ArrayList<>();
        rules.names().forEach(name -> tallies.add(new Tally()));
        WindowCounters counters = new WindowCounters(KEYS_MAX);
        Rows rows = new Rows(reader.schema());
        Total all = new Total();
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
                            tally.subjects.size(),
                            tally.overlap(rules.names()),
                            Share.of(tally.hits, tally.labelled),
                            Share.of(tally.hits, all.positives),
                            rules.stopped(i)));
        }
        return new Found(all.events, all.labelled, all.flagged, outcomes);
    }

    private void count(Rows rows, int row, List<Integer> holding, List<Tally> tallies, Total all) {
        boolean known = label >= 0 && !rows.values(label).isMissing(row);
        boolean positive = known && number(rows, label, row) > 0;
        double own = weight < 0 ? 1 : number(rows, weight, row);
        if (known && !(own > 0)) {
            throw TrainingException.invalid("weight", own, "must be positive in row " + all.events);
        }
        all.events++;
        all.flagged += holding.isEmpty() ? 0 : 1;
        all.labelled += known ? 1 : 0;
        if (positive) {
            all.positives.add(own);
        }
        for (int rule : holding) {
            Tally tally = tallies.get(rule);
            tally.alone += holding.size() == 1 ? 1 : 0;
            if (known) {
                tally.labelled.add(own);
            }
            if (positive) {
                tally.hits.add(own);
            }
            if (subject >= 0 && tally.subjects.size() < SUBJECTS_MAX) {
                tally.subjects.add(text(rows, subject, row));
            }
            for (int other : holding) {
                if (other != rule) {
                    tally.together.merge(other, 1L, Long::sum);
                }
            }
        }
    }

    private RuleEvent event(Rows rows, int row) {
        double[] values = new double[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(rows, numbers.get(i), row);
        }
        String[] words = new String[texts.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = text(rows, texts.get(i), row);
        }
        boolean micros = table.column(time).kind() == Column.Kind.INSTANT;
        double at = number(rows, time, row);
        return new RuleEvent((long) (micros ? at / 1_000 : at), values, words);
    }

    private static String text(Rows rows, int column, int row) {
        return new String(rows.texts(column).bytes(row), StandardCharsets.UTF_8);
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
