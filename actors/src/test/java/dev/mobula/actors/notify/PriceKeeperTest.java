package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.training.price.PriceSolution;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Prices found from what a desk decided, and followed through the day.
@Timeout(120)
final class PriceKeeperTest {
    private static final String TENANT = "acme";
    private static final double[] FLAT = new double[24];

    static {
        Arrays.fill(FLAT, 100);
    }

    @TempDir Path state;

    private final AtomicLong now =
            new AtomicLong(Instant.parse("2026-06-10T12:00:00Z").toEpochMilli());
    private final SplittableRandom random = new SplittableRandom(1);
    private InJvmCluster cluster;
    private PriceBoard board;
    private NotificationDesk desk;
    private long users;

    @BeforeEach
    void open() {
        cluster = new InJvmCluster(Optional.of(state));
        Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
        ledgers.putPolicy(TENANT, BudgetPolicy.ofDailyCap(3, ZoneOffset.UTC));
        board = PriceBoard.open(cluster, "prices", System::nanoTime);
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        desk = new NotificationDesk(DeskParts.of(ledgers, board, 0, clock));
    }

    @AfterEach
    void close() {
        desk.keeper().close();
        cluster.close();
    }

    private Decision decide(double push, double email) {
        long user = ++users;
        return desk.decide(
                new Ask(
                        new UserKey(TENANT, user),
                        0,
                        0,
                        1,
                        List.of(
                                new Ask.Candidate(
                                        "n" + user,
                                        "like",
                                        "",
                                        Priority.NORMAL,
                                        Map.of(Channel.PUSH, push, Channel.EMAIL, email),
                                        1,
                                        0,
                                        now.get() + Duration.ofHours(20).toMillis(),
                                        "",
                                        "",
                                        List.of(),
                                        List.of(),
                                        Optional.empty())),
                        "k" + user,
                        false,
                        List.of()));
    }

    private int sent(int opportunities) {
        int sent = 0;
        for (int i = 0; i < opportunities; i++) {
            Decision decision = decide(random.nextDouble(0.1), random.nextDouble(0.02));
            sent +=
                    decision.action() == Action.SEND_NOW || decision.action() == Action.SEND_AT
                            ? 1
                            : 0;
        }
        return sent;
    }

    @Test
    void pricesFoundFromWhatWasSeenHoldBackWhatTheBudgetCannotPayFor() throws Exception {
        assertThat(sent(400)).isEqualTo(400);
        PricePlan plan = new PricePlan(Map.of("channel/PUSH", 600.0, "channel/EMAIL", 0.0), FLAT);
        PriceKeeper.Solved dry = desk.keeper().solve(plan, false);
        assertThat(dry.published()).isFalse();
        assertThat(board.current().version()).isZero();
        PriceKeeper.Solved solved = desk.keeper().solve(plan, true);
        assertThat(solved.published()).isTrue();
        assertThat(solved.version()).isEqualTo(1);
        assertThat(solved.served())
                .isGreaterThan(1.15 * solved.firstCome())
                .isGreaterThan(0.9 * solved.upperBound())
                .isLessThanOrEqualTo(solved.upperBound() * (1 + 1e-9));
        assertThat(board.current().plan().budgets()).isEqualTo(plan.budgets());
        assertThat(sent(400)).isBetween(60, 140);
    }

    @Test
    void aBudgetThatIsSpentTooSoonBecomesDearerThroughTheDay() throws Exception {
        sent(300);
        PricePlan plan = new PricePlan(Map.of("channel/PUSH", 900.0, "channel/EMAIL", 0.0), FLAT);
        desk.keeper().solve(plan, true);
        double before = pushPrice();
        desk.keeper().tick();
        assertThat(board.current().version()).as("nothing has changed yet").isEqualTo(1);
        sent(1_500);
        now.addAndGet(Duration.ofHours(1).toMillis());
        desk.keeper().tick();
        assertThat(board.current().version()).isEqualTo(2);
        assertThat(pushPrice()).isGreaterThan(before);
        now.addAndGet(Duration.ofHours(12).toMillis());
        desk.keeper().tick();
        assertThat(board.current().version()).as("a new day").isEqualTo(3);
    }

    private double pushPrice() {
        return board.current().prices()[board.current().rows().channel(0)];
    }

    @Test
    void pricesThatWouldEarnLessThanNoneAreNotPutInForce() throws Exception {
        sent(100);
        PriceKeeper keeper =
                new PriceKeeper(
                        board,
                        (problem, settings, start) -> {
                            double[] runaway = new double[problem.rows()];
                            Arrays.fill(runaway, 1e6);
                            return new PriceSolution(runaway, 1, 1);
                        },
                        () -> Instant.ofEpochMilli(now.get()));
        NotificationDesk other = deskOf(keeper);
        for (int i = 0; i < 50; i++) {
            other.decide(ask(1_000 + i));
        }
        PricePlan plan = new PricePlan(Map.of("channel/PUSH", 600.0), FLAT);
        assertThat(keeper.solve(plan, true).published()).isFalse();
        assertThat(board.current().version()).isZero();
    }

    private NotificationDesk deskOf(PriceKeeper keeper) {
        return new NotificationDesk(
                DeskParts.of(
                                Ledgers.of(cluster, new ShardLayout("ledger", 1)),
                                board,
                                0,
                                () -> Instant.ofEpochMilli(now.get()))
                        .withKeeper(keeper));
    }

    private Ask ask(long user) {
        return new Ask(
                new UserKey(TENANT, user),
                0,
                0,
                1,
                List.of(
                        new Ask.Candidate(
                                "n",
                                "like",
                                "",
                                Priority.NORMAL,
                                Map.of(Channel.PUSH, 0.05),
                                1,
                                0,
                                now.get() + Duration.ofHours(20).toMillis(),
                                "",
                                "",
                                List.of(),
                                List.of(),
                                Optional.empty())),
                "k" + user,
                false,
                List.of());
    }

    @Test
    void budgetsAreNamedAndWhatIsNoneIsRefused() throws Exception {
        PricePlan plan =
                new PricePlan(
                        Map.of(
                                "type/like",
                                5.0,
                                "type/*",
                                6.0,
                                "campaign/may",
                                7.0,
                                "segment/2",
                                8.0,
                                "hour/EMAIL/9",
                                9.0,
                                "complaints",
                                0.0),
                        FLAT);
        assertThat(plan.types()).containsExactly("like");
        assertThat(plan.segments()).isEqualTo(3);
        double[] byRow = plan.byRow();
        assertThat(byRow[plan.rows().type(0)]).isEqualTo(5);
        assertThat(byRow[plan.rows().type(1)]).isEqualTo(6);
        assertThat(byRow[plan.rows().campaign(0)]).isEqualTo(7);
        assertThat(byRow[plan.rows().segment(2)]).isEqualTo(8);
        assertThat(byRow[plan.rows().hour(1, 9)]).isEqualTo(9);
        assertThat(byRow[plan.rows().complaint()]).isZero();
        assertThat(Arrays.stream(byRow).filter(budget -> budget >= 0)).hasSize(6);
        for (String wrong : List.of("channel/PIGEON", "hour/PUSH/24", "segment/x", "typ/like")) {
            assertThatThrownBy(() -> new PricePlan(Map.of(wrong, 1.0), FLAT))
                    .hasMessageContaining(wrong);
        }
        PriceKeeper.Solved few = desk.keeper().solve(plan, true);
        assertThat(few.published()).isFalse();
        assertThat(few.opportunities()).isZero();
    }
}
