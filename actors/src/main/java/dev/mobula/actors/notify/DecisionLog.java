package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.GroupCommit;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.SegmentLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// What was decided by one desk, with which probability, and what came of it: Arrow segments that survive a crash.
///
/// Two logs in one folder, `decisions` and `outcomes`, joined by the decision's id.
public final class DecisionLog implements AutoCloseable {
    static final int HOLD = 0;
    static final int SEND = 1;

    static final String DECISIONS = "decisions";
    static final String OUTCOMES = "outcomes";

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
                    Column.of("notification", Kind.TEXT),
                    Column.of("channel", Kind.TEXT),
                    Column.of("template", Kind.TEXT),
                    Column.of("templatePropensity", Kind.NUMBER),
                    Column.of("state", Kind.REALS),
                    Column.of("features", Kind.REALS),
                    Column.of("ruleSends", Kind.FLAG),
                    Column.of("priceVersion", Kind.WHOLE),
                    Column.of("trial", Kind.NUMBER));
    private static final TableSchema OUTCOME =
            TableSchema.of(
                    Column.of("decision", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("kind", Kind.TEXT));
    private static final long MICROS = 1_000;

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

    /// What was known as a decision was made.
    ///
    /// @param state of the decision, for who learns; none when no rule could have had a say
    /// @param ruleSends what a learned rule said
    /// @param trial the chance of sending in a week of a volume trial; 0 in any other
    /// @param fatigue of the person
    @SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
    record Known(
            float[] state, Optional<Boolean> ruleSends, double trial, double fatigue, long now) {}

    /// Logs a decision in which chance could have had a part; done when it is on disk.
    ///
    /// @param sends whether the best option was sent rather than held
    CompletableFuture<Long> log(Ask ask, Decision decision, boolean sends, Known known) {
        Rows rows = new Rows(DECISION);
        rows.texts(0).add(decision.id());
        rows.wholes(1).add(ask.owner().user());
        rows.wholes(2).add(MICROS * known.now());
        rows.wholes(3).add(sends ? 1 : 0);
        rows.numbers(4).add(decision.propensity());
        rows.numbers(5).add(decision.worth().net());
        rows.numbers(6).add(decision.worth().value());
        rows.numbers(7).add(decision.worth().disable());
        rows.numbers(8).add(decision.worth().price());
        rows.numbers(9).add(known.fatigue());
        rows.texts(10).add(decision.notification());
        rows.texts(11).add(decision.channel().map(Channel::name).orElse(""));
        rows.texts(12).add(decision.template());
        rows.numbers(13).add(decision.templatePropensity());
        rows.lists(14).add(known.state());
        rows.lists(15).add(features(ask));
        known.ruleSends()
                .ifPresentOrElse(
                        rule -> rows.wholes(16).add(rule ? 1 : 0),
                        () -> rows.values(16).addMissing());
        rows.wholes(17).add(decision.priceVersion());
        rows.numbers(18).add(known.trial());
        rows.endRow();
        return decisions.append(rows);
    }

    private static float[] features(Ask ask) {
        float[] features = new float[ask.features().size()];
        for (int i = 0; i < features.length; i++) {
            features[i] = ask.features().get(i).floatValue();
        }
        return features;
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

    /// What was logged, without what is too young to have come to something.
    ///
    /// @param settledMillis decisions after this are too young
    public List<DecisionHistory.Round> rounds(long settledMillis) {
        return DecisionHistory.read(folder, settledMillis);
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
