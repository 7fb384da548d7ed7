package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.ope.BanditLog;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.GroupCommit;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import dev.mobula.training.log.SegmentLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// What was decided by one desk, with which probability, and what came of it: Arrow segments that survive a crash.
///
/// Two logs in one folder, `decisions` and `outcomes`, joined by the decision's id.
public final class DecisionLog implements AutoCloseable {
    static final int HOLD = 0;
    static final int SEND = 1;

    private static final String DECISIONS = "decisions";
    private static final String OUTCOMES = "outcomes";
    private static final TableSchema DECISION =
            TableSchema.of(
                    Column.of("decision", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("sends", Kind.FLAG),
                    Column.of("propensity", Kind.NUMBER),
                    Column.of("net", Kind.NUMBER),
                    Column.of("value", Kind.NUMBER),
                    Column.of("disable", Kind.NUMBER),
                    Column.of("price", Kind.NUMBER),
                    Column.of("fatigue", Kind.NUMBER),
                    Column.of("notification", Kind.TEXT));
    private static final TableSchema OUTCOME =
            TableSchema.of(
                    Column.of("decision", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("kind", Kind.TEXT));
    private static final long MICROS = 1_000;
    private static final int READ_ROWS = 8_192;
    private static final int ROUNDS_MAX = 1_000_000;

    private final Path folder;
    private final GroupCommit decisions;
    private final GroupCommit outcomes;

    private DecisionLog(Path folder, GroupCommit decisions, GroupCommit outcomes) {
        this.folder = folder;
        this.decisions = decisions;
        this.outcomes = outcomes;
    }

    /// Opens or creates the log; each of its two parts has these limits.
    public static DecisionLog open(Path folder, LogOptions options, InstantSource clock) {
        SegmentLog first = SegmentLog.open(folder.resolve(DECISIONS), DECISION, options, clock);
        try {
            SegmentLog second = SegmentLog.open(folder.resolve(OUTCOMES), OUTCOME, options, clock);
            return new DecisionLog(
                    folder, new GroupCommit(first, DECISIONS), new GroupCommit(second, OUTCOMES));
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /// Logs a decision in which chance could have had a part; done when it is on disk.
    ///
    /// @param sends whether the best option was sent rather than held
    CompletableFuture<Long> log(
            Ask ask, Decision decision, boolean sends, double fatigue, long now) {
        Rows rows = new Rows(DECISION);
        rows.texts(0).add(decision.id());
        rows.wholes(1).add(ask.owner().user());
        rows.wholes(2).add(MICROS * now);
        rows.wholes(3).add(sends ? 1 : 0);
        rows.numbers(4).add(decision.propensity());
        rows.numbers(5).add(decision.worth().net());
        rows.numbers(6).add(decision.worth().value());
        rows.numbers(7).add(decision.worth().disable());
        rows.numbers(8).add(decision.worth().price());
        rows.numbers(9).add(fatigue);
        rows.texts(10).add(decision.notification());
        rows.endRow();
        return decisions.append(rows);
    }

    /// Logs what came of a decision; done when it is on disk.
    public CompletableFuture<Long> log(
            String decision, long user, OutcomeKind kind, long atMillis) {
        Rows rows = new Rows(OUTCOME);
        rows.texts(0).add(decision);
        rows.wholes(1).add(user);
        rows.wholes(2).add(MICROS * atMillis);
        rows.texts(3).add(kind.name());
        rows.endRow();
        return outcomes.append(rows);
    }

    /// Decisions with what came of them, as a policy is judged by.
    ///
    /// @param rounds hold or send; the reward is 1 when the person did what is wanted
    /// @param harm 1 when the person turned messages off or complained
    /// @param net what the best option was thought to be worth
    @SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
    public record Judged(BanditLog rounds, double[] harm, double[] net) {}

    /// Joins the newest decisions that are old enough with what came of them.
    ///
    /// @param wanted the kinds of outcome that count as reward
    /// @param settledMillis decisions after this are too young
    /// @return nothing when there are none
    public Optional<Judged> judged(Set<OutcomeKind> wanted, long settledMillis) {
        Map<String, Set<String>> kinds = new HashMap<>();
        read(
                OUTCOMES,
                (rows, row) ->
                        kinds.computeIfAbsent(rows.texts(0).get(row), fresh -> new HashSet<>())
                                .add(rows.texts(3).get(row)));
        List<double[]> rounds = new ArrayList<>();
        List<Long> users = new ArrayList<>();
        read(
                DECISIONS,
                (rows, row) -> {
                    if (rows.wholes(2).get(row) <= MICROS * settledMillis
                            && rounds.size() < ROUNDS_MAX) {
                        Set<String> came = kinds.getOrDefault(rows.texts(0).get(row), Set.of());
                        rounds.add(round(rows, row, came, wanted));
                        users.add(rows.wholes(1).get(row));
                    }
                });
        return rounds.isEmpty() ? Optional.empty() : Optional.of(columns(rounds, users));
    }

    private static double[] round(Rows rows, int row, Set<String> came, Set<OutcomeKind> wanted) {
        boolean rewarded = wanted.stream().anyMatch(kind -> came.contains(kind.name()));
        boolean harmed =
                came.contains(OutcomeKind.DISABLED.name())
                        || came.contains(OutcomeKind.COMPLAINED.name());
        return new double[] {
            rows.wholes(3).get(row),
            rows.numbers(4).get(row),
            rewarded ? 1 : 0,
            harmed ? 1 : 0,
            rows.numbers(5).get(row),
            rows.numbers(6).get(row),
            rows.numbers(9).get(row)
        };
    }

    private static Judged columns(List<double[]> rounds, List<Long> users) {
        double[][] contexts = new double[rounds.size()][];
        for (int i = 0; i < contexts.length; i++) {
            double[] round = rounds.get(i);
            contexts[i] = new double[] {round[4], round[5], round[6]};
        }
        BanditLog log =
                new BanditLog(
                        2,
                        rounds.stream().mapToInt(round -> round[0] > 0 ? SEND : HOLD).toArray(),
                        column(rounds, 1),
                        column(rounds, 2),
                        users.stream().mapToLong(Long::longValue).toArray(),
                        contexts);
        return new Judged(log, column(rounds, 3), column(rounds, 4));
    }

    private static double[] column(List<double[]> rounds, int column) {
        return rounds.stream().mapToDouble(round -> round[column]).toArray();
    }

    @FunctionalInterface
    private interface ForRow {
        void run(Rows rows, int row);
    }

    /// Erased rows have no values and are passed over.
    private void read(String part, ForRow action) {
        LogView view = LogView.open(folder.resolve(part));
        try (LogReader reader = view.reader()) {
            Rows rows = new Rows(view.schema());
            while (reader.next(rows, READ_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (!rows.values(0).isMissing(row)) {
                        action.run(rows, row);
                    }
                }
            }
        }
    }

    /// Erases people: their rows keep their places and have no values any more. Returns how many rows were erased.
    public long erase(Set<Long> users) {
        long erased = 0;
        for (GroupCommit part : List.of(decisions, outcomes)) {
            erased +=
                    part.log()
                            .erase(
                                    List.of("user"),
                                    (rows, row) -> users.contains(rows.wholes(0).get(row)));
        }
        return erased;
    }

    @Override
    public void close() {
        decisions.close();
        outcomes.close();
    }
}
