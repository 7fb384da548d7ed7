package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.DecisionHistory.PersonWeek;
import dev.mobula.actors.notify.DecisionHistory.Round;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.volume.ResponseCurves;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Weeks in which chance says how many messages there are, of people who have the more opportunities the likelier they come
/// anyway: who does not see that takes their coming for the messages' doing.
final class VolumeSchoolTest {
    private static final VolumeTrial TRIAL = new VolumeTrial(1);
    private static final long WEEK = Duration.ofDays(7).toMillis();
    private static final double ANSWER = 0.35;
    private static final int PEOPLE = 12_000;

    @TempDir Path folder;

    private static double anyway(double x, int opportunities) {
        return 0.05 + 0.15 * x + 0.04 * (opportunities - 3);
    }

    private final Set<PersonWeek> visits = new HashSet<>();

    private List<Round> world(int people) {
        SplittableRandom random = new SplittableRandom(21);
        List<Round> rounds = new ArrayList<>();
        for (long user = 0; user < people; user++) {
            double chance = TRIAL.chance(new UserKey("acme", user), 0).orElseThrow();
            float x = random.nextInt(2);
            int opportunities = 3 + random.nextInt(10);
            int sent = 0;
            List<boolean[]> coins = new ArrayList<>();
            for (int i = 0; i < opportunities; i++) {
                boolean sends = random.nextDouble() < chance;
                sent += sends ? 1 : 0;
                coins.add(new boolean[] {sends});
            }
            double away = (1 - anyway(x, opportunities)) * Math.exp(-ANSWER * Math.sqrt(sent));
            if (random.nextDouble() >= away) {
                visits.add(new PersonWeek(user, 0));
            }
            boolean leaves = random.nextDouble() < 1 - Math.exp(-0.01 * sent);
            for (int i = 0; i < opportunities; i++) {
                boolean sends = coins.get(i)[0];
                Set<OutcomeKind> came = EnumSet.noneOf(OutcomeKind.class);
                if (leaves && sends) {
                    came.add(OutcomeKind.DISABLED);
                    leaves = false;
                }
                rounds.add(round(user, i, sends, chance, x, came));
            }
        }
        return rounds;
    }

    private static Round round(
            long user, long at, boolean sends, double trial, float x, Set<OutcomeKind> came) {
        double propensity = sends ? trial : 1 - trial;
        return new Round(
                user,
                at,
                sends,
                propensity,
                0.1,
                0.1,
                0,
                0,
                trial,
                Optional.of(Channel.PUSH),
                new float[DecisionState.NAMES.size()],
                x < 0 ? new float[0] : new float[] {x},
                came);
    }

    /// What the first and the fourth message add, on average over the opportunities there are.
    private static double truth(double x, int sent) {
        double sum = 0;
        for (int n = 3; n < 13; n++) {
            double root = Math.sqrt(sent + 1.0);
            sum +=
                    (1 - anyway(x, n))
                            * (Math.exp(-ANSWER * Math.sqrt(sent)) - Math.exp(-ANSWER * root));
        }
        return sum / 10;
    }

    @Test
    void curvesFittedToTheLogSayWhatMessagesAddAndNotWhoComesAnyway() {
        VolumeSchool.Weeks weeks = VolumeSchool.weeks(world(PEOPLE), visits, WEEK);
        assertThat(weeks.log().rows()).isEqualTo(PEOPLE);
        VolumeSchool.Lesson lesson = VolumeSchool.fit(weeks, 1_000, 1);
        assertThat(lesson.gain()).isPositive();
        for (double x : new double[] {0, 1}) {
            double[] person = {x};
            assertThat(lesson.response().gain(person, 0, 0))
                    .isCloseTo(truth(x, 0), within(0.3 * truth(x, 0)));
            assertThat(lesson.response().gain(person, 0, 3))
                    .isCloseTo(truth(x, 3), within(0.4 * truth(x, 3)));
            assertThat(lesson.disable().chance(person, 5))
                    .isCloseTo(1 - Math.exp(-0.05), within(0.02));
        }
        assertThat(lesson.response().width()).isEqualTo(1);
    }

    @Test
    void foldingAFeatureIntoTheConstantsIsAskingAtItsMean() {
        VolumeSchool.Weeks weeks = VolumeSchool.weeks(world(1_500), visits, WEEK);
        ResponseCurves whole = ResponseCurves.fit(weeks.log(), 1);
        double mean = weeks.meanLog();
        ResponseCurves folded =
                ResponseCurves.of(1, 1, VolumeSchool.folded(whole.parameters(), 2, mean));
        assertThat(folded.active(new double[] {1}, 4))
                .isCloseTo(whole.active(new double[] {1, mean}, 4), within(1e-12));
    }

    @Test
    void onlyWholeWeeksOfTheTrialAreRowsAndTooFewAreRefused() {
        List<Round> rounds = new ArrayList<>();
        rounds.add(round(1, 5, true, 0.5, 1, Set.of(OutcomeKind.OPENED)));
        rounds.add(round(1, 6, false, 0.5, 1, Set.of()));
        rounds.add(round(2, 5, true, 0, 1, Set.of()));
        rounds.add(round(3, WEEK + 5, true, 0.5, 1, Set.of()));
        rounds.add(round(4, 5, true, 0.5, -1, Set.of()));
        VolumeSchool.Weeks weeks = VolumeSchool.weeks(rounds, visits, WEEK);
        assertThat(weeks.users()).containsExactly(1);
        assertThat(weeks.log().sends()[0]).containsExactly(1);
        assertThat(weeks.log().active()).containsExactly(true);
        assertThat(weeks.passed()).isEqualTo(1);
        assertThatThrownBy(() -> VolumeSchool.fit(weeks, 10, 1)).hasMessageContaining("at least");
        assertThatThrownBy(() -> VolumeSchool.weeks(List.of(), visits, WEEK))
                .hasMessageContaining("features");
    }

    @Test
    void theTrialTakesItsShareOfWeeksAndItsCountsAddUpToOne() {
        int in = 0;
        VolumeTrial some = new VolumeTrial(0.1);
        for (long user = 0; user < 10_000; user++) {
            in += some.chance(new UserKey("acme", user), 0).isPresent() ? 1 : 0;
        }
        assertThat(in).isBetween(900, 1_100);
        assertThat(new VolumeTrial(0).chance(new UserKey("acme", 1), 0)).isEmpty();
        for (int n : new int[] {1, 5, 12}) {
            double sum = 0;
            for (int k = 0; k <= n; k++) {
                sum += VolumeTrial.probability(k, n);
            }
            assertThat(sum).isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void inATrialWeekChanceDecidesWithinTheCapsAndTheLogSaysWithWhich() {
        Path log = folder.resolve("log");
        int sent = 0;
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
                DecisionLog decisions =
                        DecisionLog.open(log, LogOptions.DEFAULT, InstantSource.system())) {
            Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
            ledgers.putPolicy("acme", BudgetPolicy.ofDailyCap(3, ZoneOffset.UTC));
            PriceBoard board = PriceBoard.open(cluster, "prices", System::nanoTime);
            DeskParts parts =
                    DeskParts.of(ledgers, board, 0, InstantSource.system())
                            .withLog(decisions)
                            .withTrial(1);
            NotificationDesk desk = new NotificationDesk(parts);
            for (int user = 0; user < 300; user++) {
                Decision worthless = desk.decide(ask(user, Priority.NORMAL, -1));
                assertThat(Math.round(10 * worthless.propensity())).isIn(2L, 5L, 8L);
                assertThat(worthless.explored()).isEqualTo(worthless.sends());
                sent += worthless.sends() ? 1 : 0;
            }
            assertThat(desk.decide(ask(1, Priority.HIGH, 0.5)).propensity()).isEqualTo(1);
        }
        assertThat(sent).isBetween(100, 200);
        List<Round> rounds = DecisionHistory.read(log, Long.MAX_VALUE);
        assertThat(rounds).hasSize(301);
        for (Round round : rounds.subList(0, 300)) {
            assertThat(round.propensity())
                    .isCloseTo(round.sends() ? round.trial() : 1 - round.trial(), within(1e-12));
            assertThat(round.features()).containsExactly(0.25f);
        }
        assertThat(rounds.getLast().trial()).isZero();
    }

    private static Ask ask(long user, Priority priority, double lift) {
        Ask.Candidate message =
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
                        Optional.empty());
        UserKey owner = new UserKey("acme", user);
        String key = "k" + user + priority;
        return new Ask(owner, 0, 0, 1, List.of(message), key, false, List.of(0.25));
    }
}
