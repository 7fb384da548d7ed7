package dev.mobula.ranking.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.ledger.Command.Proof;
import dev.mobula.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Schedulers, a ledger that dies at its write points, and a provider that remembers what it was told to send.
///
/// Answers are lost before and after the write, former owners go on asking, clocks go back, policies change in mid-day.
final class LedgerSimulationTest {
    private static final int SEEDS = 10;
    private static final int COMMANDS = 10_000;
    private static final int USERS = 40;
    private static final int CAP_MAX = 4;
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void nobodyIsSentMoreThanTheCapWhereverTheLedgerDies() {
        int[] seen = new int[5];
        Seeds.forAll(
                SEEDS,
                random -> {
                    World world = new World(random);
                    world.run();
                    world.check();
                    seen[0] += world.deaths;
                    seen[1] += world.fenced;
                    seen[2] += world.inDoubt;
                    seen[3] += world.policy.version() > 5 ? 1 : 0;
                    seen[4] += world.sends.size();
                });
        assertThat(seen[0]).as("deaths").isGreaterThan(1_000);
        assertThat(seen[1]).as("commands of former owners").isGreaterThan(100);
        assertThat(seen[2]).as("begun twice after a lost answer").isGreaterThan(50);
        assertThat(seen[3]).as("runs with changed policies").isEqualTo(SEEDS);
        assertThat(seen[4]).as("sent").isGreaterThan(1_000);
    }

    @Test
    void oneSeedIsOneHistory() {
        assertThat(history(3)).isEqualTo(history(3)).isNotEqualTo(history(4));
    }

    private static long history(long seed) {
        World world = new World(new SplittableRandom(seed));
        world.run();
        return world.log.getValue();
    }

    /// What a scheduler still wants of the ledger; asked again until it is answered.
    private record Step(Command command, long user) {}

    private record Send(ReservationId id, long user, long day) {}

    private static final class World {
        private final SplittableRandom random;
        private final InMemoryRows rows = new InMemoryRows();
        private final CRC32C log = new CRC32C();
        private final Deque<Step> pending = new ArrayDeque<>();
        private final List<Send> sends = new ArrayList<>();
        private Ledger owner = new Ledger(1);
        private Ledger former = new Ledger(1);
        private BudgetPolicy policy = policy(1, 3, "like");
        private long epoch = 1;
        private long now = Instant.parse("2026-06-10T09:00:00Z").toEpochMilli();
        private int keys;
        private int deaths;
        private int fenced;
        private int inDoubt;

        private World(SplittableRandom random) {
            this.random = random;
            stored(new Command.TakeOver());
            stored(new Command.PutPolicy("acme", policy));
        }

        private static BudgetPolicy policy(long version, int cap, String limited) {
            return new BudgetPolicy(
                    version,
                    0,
                    false,
                    List.of(Limit.perDay(cap), Limit.perDay(2).ofType(limited)),
                    0,
                    1,
                    cap,
                    0,
                    Set.of(),
                    List.of(),
                    ZoneOffset.UTC,
                    List.of());
        }

        private Reply stored(Command command) {
            return rows.store(owner.apply(command, Moment.at(now), rows)).reply();
        }

        private void run() {
            for (int i = 0; i < COMMANDS; i++) {
                now += random.nextInt(40_000);
                if (i % 700 == 699) {
                    change();
                }
                if (i % 100 == 99) {
                    stored(new Command.Sweep(500));
                }
                Step step =
                        !pending.isEmpty() && random.nextInt(4) > 0 ? pending.poll() : reserve();
                Optional<Reply> answer = ask(step.command());
                if (answer.isPresent()) {
                    heard(step, answer.get());
                } else {
                    pending.add(step);
                }
            }
        }

        /// Raised, lowered, and the limit of a type renamed while messages are under way.
        private void change() {
            Reply.Budget before = budget(0);
            int cap = 1 + random.nextInt(CAP_MAX);
            BudgetPolicy next =
                    policy(policy.version() + 1, cap, random.nextBoolean() ? "like" : "promo");
            assertThat(stored(new Command.PutPolicy("acme", next))).isInstanceOf(Reply.Done.class);
            policy = next;
            Reply.Budget after = budget(0);
            assertThat(taken(after)).as("a change resets nothing").isEqualTo(taken(before));
            assertThat(after.counters())
                    .allSatisfy(
                            counter -> assertThat(counter.remaining()).isGreaterThanOrEqualTo(0));
        }

        private Reply.Budget budget(long user) {
            Command get = new Command.GetBudget(new UserKey("acme", user));
            return (Reply.Budget) owner.apply(get, Moment.at(now), rows).reply();
        }

        private static int taken(Reply.Budget budget) {
            Reply.Counter day = budget.counters().getFirst();
            return day.committed() + day.reserved() + day.sending();
        }

        private Step reserve() {
            long user = random.nextInt(10) == 0 ? 0 : random.nextInt(USERS);
            Command.Reserve request =
                    Command.Reserve.of(
                            new UserKey("acme", user),
                            random.nextBoolean() ? Channel.PUSH : Channel.EMAIL,
                            random.nextBoolean() ? "like" : "promo",
                            now + DAY,
                            "key-" + keys++);
            return new Step(random.nextInt(6) == 0 ? request.with(Priority.HIGH) : request, user);
        }

        /// Nothing when the answer was lost: the ledger died before its write, or between it and the answer.
        private Optional<Reply> ask(Command command) {
            long clock = random.nextInt(20) == 0 ? now - random.nextInt(7_200_000) : now;
            if (random.nextInt(30) == 0 && epoch > 1) {
                Outcome late = former.apply(command, Moment.at(clock), rows);
                assertThat(late.writes()).as("a former owner writes nothing").isEmpty();
                assertThat(((Reply.Refused) late.reply()).error()).isEqualTo(LedgerError.FENCED);
                fenced++;
                return Optional.empty();
            }
            Outcome outcome = owner.apply(command, Moment.at(clock), rows);
            int fate = random.nextInt(20);
            if (fate > 0) {
                rows.store(outcome);
                note(outcome);
                checkGrant(command, outcome);
            }
            if (fate <= 1) {
                die();
                return Optional.empty();
            }
            return Optional.of(outcome.reply());
        }

        private void note(Outcome outcome) {
            log.update(outcome.reply().toString().getBytes(StandardCharsets.UTF_8));
            for (RowWrite write : outcome.writes()) {
                log.update(write.key());
            }
        }

        private void checkGrant(Command command, Outcome outcome) {
            if (command instanceof Command.Reserve request
                    && outcome.reply() instanceof Reply.Granted
                    && !outcome.replayed()) {
                assertThat(taken(budget(request.owner().user())))
                        .as("after a grant to %s", request.owner())
                        .isLessThanOrEqualTo(policy.limits().getFirst().cap());
            }
        }

        private void die() {
            deaths++;
            former = owner;
            owner = new Ledger(++epoch);
            assertThat(stored(new Command.TakeOver())).isInstanceOf(Reply.Done.class);
        }

        private void heard(Step step, Reply reply) {
            switch (reply) {
                case Reply.Granted granted -> {
                    if (random.nextInt(12) > 0) {
                        pending.add(
                                new Step(
                                        new Command.BeginSend(granted.id(), granted.fence()),
                                        step.user()));
                    }
                }
                case Reply.Standing standing -> afterStep(step, standing);
                case Reply.Refused refused ->
                        inDoubt += refused.error() == LedgerError.SEND_IN_DOUBT ? 1 : 0;
                case Reply other -> {}
            }
        }

        /// Only the one who heard that it has begun sends.
        private void afterStep(Step step, Reply.Standing standing) {
            if (step.command() instanceof Command.BeginSend) {
                if (random.nextInt(15) == 0) {
                    pending.add(
                            new Step(
                                    new Command.Release(standing.id(), Proof.PROVIDER_REJECTED),
                                    step.user()));
                    return;
                }
                long begun = standing.expiresAtMillis() - Command.TTL_MILLIS_MAX;
                sends.add(new Send(standing.id(), step.user(), begun / DAY));
                if (random.nextInt(6) > 0) {
                    pending.add(new Step(new Command.Commit(standing.id(), "p"), step.user()));
                }
            }
        }

        private void check() {
            Map<String, Integer> byDay = new HashMap<>();
            Map<ReservationId, Integer> byReservation = new HashMap<>();
            for (Send send : sends) {
                byDay.merge(send.user() + "/" + send.day(), 1, Integer::sum);
                byReservation.merge(send.id(), 1, Integer::sum);
            }
            assertThat(byReservation.values()).as("sends of one reservation").containsOnly(1);
            assertThat(byDay.values()).allMatch(count -> count <= CAP_MAX);
            now += DAY;
            stored(new Command.Sweep(100_000));
            for (Send send : sends) {
                Reply reply = stored(new Command.GetReservation(send.id()));
                if (reply instanceof Reply.Standing standing) {
                    assertThat(standing.state())
                            .as("%s was sent", send)
                            .isEqualTo(ReservationState.COMMITTED);
                }
            }
        }
    }
}
