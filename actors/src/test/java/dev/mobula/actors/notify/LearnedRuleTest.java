package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.ranking.ope.PromotionGate;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.volume.ConservativeQ;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rules for sending that were learned: what they are learned from, who lets them through, and who asks them.
@Timeout(120)
final class LearnedRuleTest {
    private static final int STATE = DecisionState.NAMES.size();
    private static final double EXPLORATION = 0.3;

    @TempDir Path folder;
    private InJvmCluster cluster;
    private Ledgers ledgers;
    private PriceBoard board;
    private int asked;

    @BeforeEach
    void open() {
        cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
        ledgers = Ledgers.spawn(cluster, "ledger", 1);
        ledgers.putPolicy("acme", BudgetPolicy.ofDailyCap(50, ZoneOffset.UTC));
        board = PriceBoard.open(cluster, "prices", System::nanoTime);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private DeskParts parts(RuleUse use) {
        return DeskParts.of(ledgers, board, 0, InstantSource.system()).withRule(use);
    }

    /// A rule that always says the same.
    private static LearnedRule always(boolean sends, boolean serves) {
        double[] weights = new double[STATE + 1 + 2 * 2];
        weights[weights.length - 1] = sends ? 1 : -1;
        double[] ones = new double[STATE];
        Arrays.fill(ones, 1);
        return new LearnedRule(
                serves,
                DecisionState.NAMES,
                new ConservativeQ.Model(1, 2, new double[STATE], ones, 1, weights),
                0,
                0,
                1);
    }

    private Learned learned(LearnedRule rule, String note) {
        return new Learned(0, 5, note, Optional.empty(), Optional.of(rule));
    }

    private Ask ask(double lift, Priority priority) {
        return new Ask(
                new UserKey("acme", 1),
                0,
                0,
                1,
                List.of(
                        new Ask.Candidate(
                                "n",
                                "like",
                                "",
                                priority,
                                Map.of(Channel.PUSH, lift),
                                1,
                                0,
                                System.currentTimeMillis() + Duration.ofHours(20).toMillis(),
                                "",
                                "",
                                List.of(),
                                List.of(),
                                Optional.empty())),
                "k" + ++asked,
                false,
                List.of());
    }

    @Test
    void aRuleThatServesHoldsWhatItWouldAndOneKeySwitchesItOff() {
        board.learn(learned(always(false, true), "careful"));
        Decision held = new NotificationDesk(parts(RuleUse.SERVE)).decide(ask(0.1, Priority.LOW));
        assertThat(held.action()).isEqualTo(Action.HOLD);
        assertThat(held.reasons()).containsExactly("HELD");
        assertThat(held.propensity()).isEqualTo(1);
        for (Priority above : List.of(Priority.HIGH, Priority.CRITICAL)) {
            Decision sent = new NotificationDesk(parts(RuleUse.SERVE)).decide(ask(0.1, above));
            assertThat(sent.action()).as("%s", above).isEqualTo(Action.SEND_NOW);
        }
        for (RuleUse less : List.of(RuleUse.OFF, RuleUse.SHADOW)) {
            Decision sent = new NotificationDesk(parts(less)).decide(ask(0.1, Priority.LOW));
            assertThat(sent.action()).as("%s", less).isEqualTo(Action.SEND_NOW);
        }
        board.learn(learned(always(true, true), "bold"));
        Decision sent = new NotificationDesk(parts(RuleUse.SERVE)).decide(ask(1e-9, Priority.LOW));
        assertThat(sent.action()).as("worth less than nothing").isEqualTo(Action.SEND_NOW);
    }

    @Test
    void inTheShadowItIsAskedAndLoggedWithWhatItKnewAndNotFollowed() {
        board.learn(learned(always(false, false), "shadow"));
        try (DecisionLog log =
                DecisionLog.open(
                        folder.resolve("log"), LogOptions.DEFAULT, InstantSource.system())) {
            NotificationDesk desk = new NotificationDesk(parts(RuleUse.SERVE).withLog(log));
            assertThat(desk.decide(ask(0.1, Priority.LOW)).action()).isEqualTo(Action.SEND_NOW);
            desk.decide(ask(0.1, Priority.HIGH));
        }
        List<DecisionHistory.Round> rounds =
                DecisionHistory.read(folder.resolve("log"), Long.MAX_VALUE);
        assertThat(rounds).hasSize(2);
        assertThat(rounds.getFirst().state()).hasSize(STATE);
        assertThat(rounds.getLast().state()).as("no rule is asked").isEmpty();
    }

    @Test
    void versionsAreKeptThroughARestartTheOldestLeaveAndTheOneBeforeComesBack() {
        for (int i = 0; i < 20; i++) {
            board.learn(learned(always(i % 2 == 0, true), "number " + i));
        }
        List<Learned> history = board.history();
        assertThat(history).hasSize(16);
        assertThat(history.getLast().note()).isEqualTo("number 19");
        assertThat(board.current().version()).isEqualTo(20);
        cluster.close();
        open();
        assertThat(Learned.LIST.encode(board.history())).isEqualTo(Learned.LIST.encode(history));
        Learned before = history.get(14);
        board.learn(new Learned(0, 6, "back", before.curves(), before.rule()));
        assertThat(new NotificationDesk(parts(RuleUse.SERVE)).decide(ask(0, Priority.LOW)).action())
                .isEqualTo(Action.SEND_NOW);
        assertThat(board.history().getLast().version()).isEqualTo(21);
    }

    @Test
    void aRuleOfAnotherStateOrWithoutNumbersIsRefused() {
        ConservativeQ.Model model = always(true, true).model();
        assertThatThrownBy(() -> new LearnedRule(true, List.of("mood"), model, 0, 0, 1))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("mood");
        assertThatThrownBy(
                        () ->
                                new ConservativeQ.Model(
                                        1,
                                        2,
                                        model.mean(),
                                        model.scale(),
                                        1,
                                        new double[] {Double.NaN}))
                .hasMessageContaining("weights");
    }

    /// Messages to people who are tired of them are opened seldom, and make them turn messages off.
    private static List<DecisionHistory.Round> world(int people) {
        SplittableRandom random = new SplittableRandom(11);
        List<DecisionHistory.Round> rounds = new ArrayList<>();
        for (long user = 0; user < people; user++) {
            for (int time = 0; time < 4; time++) {
                double tired = random.nextDouble(0, 4);
                boolean sends = random.nextDouble() >= EXPLORATION;
                Set<OutcomeKind> came = EnumSet.noneOf(OutcomeKind.class);
                if (sends && random.nextDouble() < (tired < 2 ? 0.4 : 0.02)) {
                    came.add(OutcomeKind.OPENED);
                }
                if (sends && tired > 2 && random.nextDouble() < 0.15) {
                    came.add(OutcomeKind.DISABLED);
                }
                float[] state = new float[STATE];
                state[0] = (float) tired;
                state[6] = (float) random.nextDouble();
                rounds.add(
                        new DecisionHistory.Round(
                                user,
                                time,
                                sends,
                                sends ? 1 - EXPLORATION : EXPLORATION,
                                0.1,
                                0.1,
                                0,
                                tired,
                                0,
                                Optional.of(Channel.PUSH),
                                state,
                                new float[0],
                                came));
            }
        }
        return rounds;
    }

    @Test
    void whatIsLearnedFromHalfOfThePeopleIsLetThroughByTheOthersAndItsOppositeIsNot() {
        PromotionGate gate = PromotionGate.of(0.03, 0, 1);
        ConservativeQ.Settings settings =
                new ConservativeQ.Settings(0.9, 0.05, 16, 1_500, 128, 3e-3);
        List<DecisionHistory.Round> rounds = world(4_000);
        RuleSchool.Lesson lesson =
                RuleSchool.learn(rounds, RuleSchool.Worth.DEFAULT, settings, gate, EXPLORATION, 3);
        assertThat(lesson.judgement().promotes()).as("%s", lesson.judgement()).isTrue();
        assertThat(lesson.judgement().harm().orElseThrow().upper()).isLessThan(-0.01);
        assertThat(lesson.rule().decisions() + lesson.judgement().rounds())
                .isEqualTo(rounds.size());
        LearnedRule.Asked again = lesson.rule().asked();
        float[] fresh = new float[STATE];
        assertThat(again.sends(fresh)).isTrue();
        float[] tired = new float[STATE];
        tired[0] = 3.5f;
        assertThat(again.sends(tired)).isFalse();
        PolicyJudge.Judgement opposite =
                PolicyJudge.judge(gate, rounds, round -> !again.sends(round.state()), EXPLORATION);
        assertThat(opposite.promotes()).isFalse();
        assertThat(opposite.reasons()).anyMatch(why -> why.startsWith("reward may fall"));
        assertThatThrownBy(
                        () ->
                                RuleSchool.learn(
                                        rounds.subList(0, 900),
                                        RuleSchool.Worth.DEFAULT,
                                        settings,
                                        gate,
                                        EXPLORATION,
                                        3))
                .hasMessageContaining("1000");
    }
}
