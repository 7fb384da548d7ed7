package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.notify.PolicyJudge.Judgement;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.SegmentLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Decisions in which chance had a part, and what a log of them says of other policies.
final class DecisionLogTest {
    private static final double EXPLORATION = 0.2;
    private static final Instant NOW = Instant.parse("2026-06-10T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    @TempDir Path folder;

    private DecisionLog open() {
        return DecisionLog.open(folder, LogOptions.DEFAULT, CLOCK);
    }

    private static Ask ask(long user) {
        return new Ask(
                new UserKey("acme", user),
                0,
                0,
                1,
                List.of(
                        new Ask.Candidate(
                                "n",
                                "like",
                                "",
                                Priority.NORMAL,
                                Map.of(Channel.PUSH, 0.1),
                                1,
                                0,
                                NOW.toEpochMilli() + 1_000,
                                "",
                                "",
                                List.of(),
                                List.of(),
                                Optional.empty())),
                "k" + user,
                false,
                List.of());
    }

    private static Decision decision(long user, double net, double propensity) {
        return new Decision(
                "acme~" + user + "~k",
                Action.SEND_NOW,
                "n",
                Optional.of(Channel.PUSH),
                0,
                "",
                Optional.empty(),
                Optional.empty(),
                new Decision.Worth(net, net, 0, 0, 0, Map.of()),
                propensity,
                false,
                List.of(),
                1,
                1,
                "",
                1,
                false);
    }

    /// Messages that were thought worth little are opened so seldom, and turned off so often, that they had better be held.
    private static void fill(DecisionLog log, int people) {
        SplittableRandom random = new SplittableRandom(3);
        long before = NOW.minus(Duration.ofHours(30)).toEpochMilli();
        for (long user = 0; user < people; user++) {
            double net = random.nextDouble(0, 0.2);
            boolean sends = random.nextDouble() < 1 - EXPLORATION;
            Decision decision = decision(user, net, sends ? 1 - EXPLORATION : EXPLORATION);
            log.log(ask(user), decision, sends, known(before)).join();
            boolean strong = net > 0.1;
            if (random.nextDouble() < (sends && strong ? 0.5 : 0.2)) {
                log.log(decision.id(), user, OutcomeKind.OPENED, before + 1).join();
            }
            if (sends && !strong && random.nextDouble() < 0.1) {
                log.log(decision.id(), user, OutcomeKind.DISABLED, before + 2).join();
            }
        }
    }

    private static DecisionLog.Known known(long now) {
        return new DecisionLog.Known(new float[] {1, 2}, Optional.of(true), 0.5, 3, now);
    }

    private static Judgement judge(DecisionLog log, double threshold) {
        return new PolicyJudge(log, EXPLORATION, CLOCK)
                .judge(threshold, new PolicyJudge.Terms(0.02, 0.02, Duration.ofHours(24)));
    }

    @Test
    void theLogSaysWhichThresholdIsBetterAndItsOppositeIsNotLetThrough() {
        try (DecisionLog log = open()) {
            assertThat(judge(log, 0.1).reasons()).containsExactly("no decisions");
            fill(log, 4_000);
            Judgement careful = judge(log, 0.1);
            assertThat(careful.rounds()).isEqualTo(4_000);
            assertThat(careful.promotes()).as("%s", careful).isTrue();
            assertThat(careful.harm().orElseThrow().upper()).isNegative();
            Judgement timid = judge(log, 1);
            assertThat(timid.promotes()).isFalse();
            assertThat(timid.reasons()).anyMatch(why -> why.startsWith("reward may fall"));
        }
    }

    @Test
    void whatWasLoggedIsThereAgainAndWhoIsForgottenIsNot() {
        try (DecisionLog log = open()) {
            fill(log, 40);
        }
        try (DecisionLog log = open()) {
            long settled = NOW.toEpochMilli();
            assertThat(log.rounds(settled))
                    .hasSize(40)
                    .allSatisfy(
                            round -> {
                                assertThat(round.state()).containsExactly(1, 2);
                                assertThat(round.fatigue()).isEqualTo(3);
                                assertThat(round.trial()).isEqualTo(0.5);
                                assertThat(round.channel()).contains(Channel.PUSH);
                            })
                    .anySatisfy(round -> assertThat(round.came()).contains(OutcomeKind.OPENED));
            assertThat(log.erase(Set.of(7L, 8L))).isGreaterThanOrEqualTo(2);
            assertThat(log.rounds(settled)).hasSize(38);
            assertThat(log.rounds(0)).isEmpty();
        }
    }

    @Test
    void whatWasLoggedBeforeThereWereMoreColumnsIsPassedOver() {
        TableSchema before =
                TableSchema.of(
                        Column.of("decision", Column.Kind.TEXT),
                        Column.of("user", Column.Kind.WHOLE),
                        Column.of("time", Column.Kind.INSTANT),
                        Column.of("sends", Column.Kind.FLAG),
                        Column.of("propensity", Column.Kind.NUMBER));
        try (SegmentLog old =
                SegmentLog.open(folder.resolve("decisions"), before, LogOptions.DEFAULT, CLOCK)) {
            Rows rows = new Rows(before);
            rows.texts(0).add("acme~1~k");
            rows.wholes(1).add(1);
            rows.wholes(2).add(0);
            rows.wholes(3).add(1);
            rows.numbers(4).add(0.8);
            rows.endRow();
            old.append(rows);
        }
        try (DecisionLog log = open()) {
            fill(log, 2);
            assertThat(log.rounds(NOW.toEpochMilli())).hasSize(2);
            assertThat(log.erase(Set.of(1L))).isGreaterThanOrEqualTo(2);
        }
    }
}
