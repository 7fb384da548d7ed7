package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decisions of a log with what came of each, whoever writes to it meanwhile.
public final class DecisionHistory {
    /// The newest decisions that are looked at.
    public static final int ROUNDS_MAX = 500_000;

    private static final Logger LOG = LoggerFactory.getLogger(DecisionHistory.class);
    private static final long MICROS = 1_000;
    private static final int READ_ROWS = 8_192;
    private static final String PUSH = "push";

    private DecisionHistory() {}

    /// A decision in which chance had a part.
    ///
    /// @param sends whether the best option was sent rather than held
    /// @param propensity the probability of that
    /// @param net what it was thought to be worth
    /// @param trial the chance of sending in a week of a volume trial; 0 in any other
    /// @param state what a learned rule knows of it; none when no rule could have had a say
    /// @param features what the caller said of the person
    /// @param came what came of it
    @SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
    public record Round(
            long user,
            long atMillis,
            boolean sends,
            double propensity,
            double net,
            double value,
            double price,
            double fatigue,
            double trial,
            Optional<Channel> channel,
            float[] state,
            float[] features,
            Set<OutcomeKind> came) {
        boolean harmed() {
            return came.contains(OutcomeKind.DISABLED) || came.contains(OutcomeKind.COMPLAINED);
        }
    }

    /// The decisions of a log, the oldest first, without those after a time.
    public static List<Round> read(Path folder, long settledMillis) {
        Map<String, Set<OutcomeKind>> came = new HashMap<>();
        scan(
                folder.resolve(DecisionLog.OUTCOMES),
                Integer.MAX_VALUE,
                (columns, row) ->
                        came.computeIfAbsent(
                                        columns.text("decision", row),
                                        fresh -> EnumSet.noneOf(OutcomeKind.class))
                                .add(OutcomeKind.valueOf(columns.text("kind", row))));
        List<Round> rounds = new ArrayList<>();
        scan(
                folder.resolve(DecisionLog.DECISIONS),
                ROUNDS_MAX,
                (columns, row) -> {
                    Round round = columns.round(row, came);
                    if (round.atMillis() <= settledMillis) {
                        rounds.add(round);
                    }
                });
        return rounds;
    }

    /// Who came in which week: those whom a gateway served a page that they asked for.
    public static Set<PersonWeek> visits(Path pages) {
        Set<PersonWeek> came = new HashSet<>();
        LogView view = LogView.open(pages);
        try (LogReader reader = view.reader(List.of("user", "time", "surface"))) {
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, READ_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (!rows.values(0).isMissing(row) && !rows.texts(2).get(row).equals(PUSH)) {
                        long millis = rows.wholes(1).get(row) / MICROS;
                        came.add(new PersonWeek(rows.wholes(0).get(row), VolumeTrial.week(millis)));
                    }
                }
            }
        }
        return came;
    }

    /// A person in a week.
    public record PersonWeek(long user, long week) {}

    @FunctionalInterface
    private interface ForRow {
        void run(Columns columns, int row);
    }

    /// Erased rows have no values and are passed over; so are files of before there were all columns.
    private static void scan(Path part, int newest, ForRow action) {
        LogView view = LogView.open(part);
        Rows rows = new Rows(view.schema());
        Columns columns = new Columns(rows, view.schema());
        for (LogView.File file : view.files()) {
            long from = Math.max(file.firstRow(), view.endRow() - newest);
            long end = file.firstRow() + file.rows();
            try (LogReader reader = view.reader()) {
                for (long at = from; at < end; at += READ_ROWS) {
                    rows.clear();
                    reader.read(at, (int) Math.min(READ_ROWS, end - at), rows);
                    for (int row = 0; row < rows.size(); row++) {
                        if (!rows.values(0).isMissing(row)) {
                            action.run(columns, row);
                        }
                    }
                }
            } catch (TrainingException other) {
                if (other.code() != Code.INVALID_INPUT) {
                    throw other;
                }
                LOG.warn("{} of {} is passed over: {}", file.name(), part, other.getMessage());
            }
        }
    }

    /// Columns by name.
    private record Columns(Rows rows, TableSchema schema) {
        private String text(String name, int row) {
            OptionalInt at = present(name, row);
            return at.isEmpty() ? "" : rows.texts(at.getAsInt()).get(row);
        }

        private long whole(String name, int row) {
            OptionalInt at = present(name, row);
            return at.isEmpty() ? 0 : rows.wholes(at.getAsInt()).get(row);
        }

        private double number(String name, int row) {
            OptionalInt at = present(name, row);
            return at.isEmpty() ? 0 : rows.numbers(at.getAsInt()).get(row);
        }

        private float[] reals(String name, int row) {
            OptionalInt at = present(name, row);
            if (at.isEmpty()) {
                return new float[0];
            }
            Values.Lists lists = rows.lists(at.getAsInt());
            float[] values = new float[lists.length(row)];
            Values.Reals all = (Values.Reals) lists.elements();
            for (int i = 0; i < values.length; i++) {
                values[i] = all.get(lists.start(row) + i);
            }
            return values;
        }

        private OptionalInt present(String name, int row) {
            int at = schema.require(name);
            return rows.values(at).isMissing(row) ? OptionalInt.empty() : OptionalInt.of(at);
        }

        private Round round(int row, Map<String, Set<OutcomeKind>> came) {
            String channel = text("channel", row);
            return new Round(
                    whole("user", row),
                    whole("time", row) / MICROS,
                    whole("sends", row) != 0,
                    number("propensity", row),
                    number("net", row),
                    number("value", row),
                    number("price", row),
                    number("fatigue", row),
                    number("trial", row),
                    channel.isEmpty() ? Optional.empty() : Optional.of(Channel.valueOf(channel)),
                    reals("state", row),
                    reals("features", row),
                    came.getOrDefault(text("decision", row), Set.of()));
        }
    }
}
