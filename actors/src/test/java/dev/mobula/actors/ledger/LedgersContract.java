package dev.mobula.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Contact;
import dev.mobula.ranking.notify.ledger.DigestPlan;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.Limit;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.ReservationId;
import dev.mobula.ranking.notify.ledger.ReservationState;
import dev.mobula.ranking.notify.ledger.UserKey;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the ledgers hold to, on whichever cluster they run.
@Timeout(300)
public abstract class LedgersContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final String TENANT = "acme";
    private static final int SHARDS = 2;
    private static final int CAP = 4;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private Ledgers ledgers;

    protected abstract Cluster cluster();

    /// Ends instances without their consent, all as nearly at once as can be; they are to come back.
    protected abstract void crash(List<ServiceRef> services) throws Exception;

    @BeforeEach
    void spawnShards() {
        ledgers = Ledgers.spawn(cluster(), "ledger-of-" + NAMES.incrementAndGet(), SHARDS, TICK);
        assertThat(ledgers.putPolicy(TENANT, policy(1, CAP, false))).isEqualTo(new Reply.Done(1));
    }

    @AfterEach
    void stopShards() {
        ledgers.shards().forEach(cluster()::stop);
        if (cluster().lookup(ledgers.caps().name()).isPresent()) {
            cluster().stop(ledgers.caps());
        }
    }

    private static BudgetPolicy policy(long version, int cap, boolean paused) {
        return new BudgetPolicy(
                version,
                0,
                paused,
                List.of(Limit.perDay(cap)),
                0,
                0,
                cap,
                1,
                Set.of("security"),
                List.of(),
                ZoneOffset.UTC,
                List.of());
    }

    private static Command.Reserve request(long user, String key) {
        return Command.Reserve.of(
                new UserKey(TENANT, user),
                Channel.PUSH,
                "like",
                System.currentTimeMillis() + HOUR,
                key);
    }

    private Reply ask(Command command) {
        return ledgers.apply(command).join().reply();
    }

    @Test
    void oneKeyAskedByManyAtOnceIsGrantedOnceAndAnsweredAlike() throws Exception {
        Command.Reserve request = request(1, "one");
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            asked.add(ledgers.apply(request));
        }
        Set<Reply> replies = new HashSet<>();
        asked.forEach(outcome -> replies.add(outcome.join().reply()));
        assertThat(replies).hasSize(1);
        Reply.Granted granted = (Reply.Granted) replies.iterator().next();
        crash(ledgers.shards());
        assertThat(askPatiently(request)).isEqualTo(granted);
        assertThat(ledgers.apply(request).join().replayed()).isTrue();
        assertThat(taken(1)).isEqualTo(1);
        Reply begun = ask(new Command.BeginSend(granted.id(), granted.fence()));
        assertThat(begun).isInstanceOf(Reply.Standing.class);
        assertThat(ask(new Command.BeginSend(granted.id(), granted.fence())))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused ->
                                assertThat(refused.error()).isEqualTo(LedgerError.SEND_IN_DOUBT));
    }

    private int taken(long user) {
        Reply.Budget budget = (Reply.Budget) ask(new Command.GetBudget(new UserKey(TENANT, user)));
        Reply.Counter day = budget.counters().getFirst();
        return day.committed() + day.reserved() + day.sending();
    }

    @Test
    void everyAcknowledgedReservationIsFoundWhenAllProcessesDieAtOnce() throws Exception {
        Map<ReservationId, ReservationState> answered = new ConcurrentHashMap<>();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicLong keys = new AtomicLong();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            senders.add(Thread.ofPlatform().start(() -> sendForever(answered, stopped, keys)));
        }
        for (int round = 1; round <= 2; round++) {
            int goal = answered.size() + 30;
            await(() -> answered.size() >= goal);
            List<ServiceRef> all = new ArrayList<>(ledgers.shards());
            all.add(ledgers.caps());
            crash(all);
        }
        int goal = answered.size() + 10;
        await(() -> answered.size() >= goal);
        stopped.set(true);
        for (Thread sender : senders) {
            sender.join();
        }
        answered.forEach(
                (id, state) ->
                        assertThat(ask(new Command.GetReservation(id)))
                                .as("%s, answered %s", id, state)
                                .isInstanceOfSatisfying(
                                        Reply.Standing.class,
                                        standing ->
                                                assertThat(standing.state())
                                                        .isBetween(
                                                                state,
                                                                ReservationState.COMMITTED)));
        answered.keySet().stream()
                .map(id -> id.owner().user())
                .distinct()
                .forEach(user -> assertThat(taken(user)).isLessThanOrEqualTo(CAP));
    }

    private void sendForever(
            Map<ReservationId, ReservationState> answered, AtomicBoolean stopped, AtomicLong keys) {
        while (!stopped.get()) {
            long key = keys.incrementAndGet();
            try {
                if (ask(request(key / 3, "k" + key)) instanceof Reply.Granted granted) {
                    answered.put(granted.id(), ReservationState.RESERVED);
                    ask(new Command.BeginSend(granted.id(), granted.fence()));
                    answered.put(granted.id(), ReservationState.SENDING);
                    ask(new Command.Commit(granted.id(), "p"));
                    answered.put(granted.id(), ReservationState.COMMITTED);
                }
            } catch (CompletionException away) {
                assertThat(away).hasCauseInstanceOf(CallException.class);
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void allShardsTogetherNeverPassAGlobalCapWhoeverCrashes() throws Exception {
        int cap = 120;
        assertThat(ledgers.setCap("campaign/spring", cap)).isEqualTo(new Reply.Done(cap));
        int granted = 0;
        int denied = 0;
        for (int user = 0; user < 300; user++) {
            if (user == 40) {
                crash(ledgers.shards().subList(0, 1));
            }
            if (user == 80) {
                crash(List.of(ledgers.caps()));
            }
            Reply reply = askPatiently(request(user, "u" + user).counting("campaign/spring"));
            granted += reply instanceof Reply.Granted ? 1 : 0;
            if (reply instanceof Reply.Denied no) {
                assertThat(no.reason()).isEqualTo(Denial.CAMPAIGN_EXHAUSTED);
                denied++;
            }
        }
        assertThat(granted).isBetween(cap / 2, cap);
        assertThat(granted + denied).isEqualTo(300);
    }

    private Reply askPatiently(Command command) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return ask(command);
            } catch (CompletionException away) {
                assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            }
        }
    }

    @Test
    void withoutTheHolderOfTheCapsOnlyWhatWasLentIsSpent() {
        ledgers.setCap("campaign/cut", 400);
        for (int user = 0; user < 10; user++) {
            assertThat(askPatiently(request(user, "a" + user).counting("campaign/cut")))
                    .isInstanceOf(Reply.Granted.class);
        }
        cluster().stop(ledgers.caps());
        int granted = 10;
        for (int user = 10; user < 200; user++) {
            Command.Reserve more =
                    new Command.Reserve(
                            new UserKey(TENANT, user),
                            Channel.PUSH,
                            "like",
                            Priority.NORMAL,
                            4,
                            "",
                            List.of("campaign/cut"),
                            0,
                            System.currentTimeMillis() + HOUR,
                            60_000,
                            0,
                            "b" + user);
            granted += askPatiently(more) instanceof Reply.Granted ? 4 : 0;
        }
        assertThat(granted).isBetween(11, 300);
        cluster()
                .spawn(
                        ServiceSpec.named(ledgers.caps().name(), CapService.Factory.class)
                                .state(StateKind.LOCAL)
                                .build());
        AtomicInteger tries = new AtomicInteger();
        await(
                () -> {
                    int user = 1_000 + tries.incrementAndGet();
                    Command.Reserve again = request(user, "c" + user).counting("campaign/cut");
                    return askPatiently(again) instanceof Reply.Granted;
                });
    }

    @Test
    void aPolicyIsInForceOnEveryShardAndAPauseStopsAllButCriticalMessages() {
        BudgetPolicy pause = policy(2, CAP, true);
        assertThat(ledgers.putPolicy(TENANT, pause)).isEqualTo(new Reply.Done(2));
        assertThat(ledgers.putPolicy(TENANT, pause)).isEqualTo(new Reply.Done(2));
        assertThat(ledgers.putPolicy(TENANT, policy(2, 9, false)))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused ->
                                assertThat(refused.error())
                                        .isEqualTo(LedgerError.VERSION_CONFLICT));
        for (long user = 0; user < 20; user++) {
            assertThat(ask(request(user, "p" + user)))
                    .isInstanceOfSatisfying(
                            Reply.Refused.class,
                            refused -> assertThat(refused.error()).isEqualTo(LedgerError.PAUSED));
        }
        Command.Reserve alarm =
                new Command.Reserve(
                        new UserKey(TENANT, 3),
                        Channel.SMS,
                        "security",
                        Priority.CRITICAL,
                        1,
                        "",
                        List.of(),
                        0,
                        System.currentTimeMillis() + HOUR,
                        60_000,
                        0,
                        "alarm");
        assertThat(ask(alarm)).isInstanceOf(Reply.Granted.class);
        assertThat(ledgers.putPolicy(TENANT, policy(3, CAP, false))).isEqualTo(new Reply.Done(3));
        for (long user = 0; user < 9; user++) {
            assertThat(ask(request(user, "q" + user))).isInstanceOf(Reply.Granted.class);
            assertThat(ask(request(user, "r" + user))).isInstanceOf(Reply.Granted.class);
        }
        Ledgers.WouldBeOver over = ledgers.tryPolicy(TENANT, policy(4, 1, false), 100);
        assertThat(over.users()).hasSize(9);
        assertThat(over.lookedAt()).isGreaterThanOrEqualTo(9);
    }

    @Test
    void aDigestIsMadeOnceByItselfAndFoundAfterACrash() throws Exception {
        UserKey owner = new UserKey(TENANT, 5);
        DigestPlan plan = new DigestPlan(-1, 300, 10, 1, true);
        long expires = System.currentTimeMillis() + HOUR;
        for (String item : List.of("a", "b", "a")) {
            ask(
                    new Command.AddDigestItem(
                            owner, Channel.PUSH, "like", "likes", item, 1, expires, plan));
        }
        await(() -> !ledgers.readyDigests(10).isEmpty());
        List<Reply.DigestReady> ready = ledgers.readyDigests(10);
        assertThat(ready).hasSize(1);
        assertThat(ready.getFirst().items()).containsExactly("a", "b");
        crash(ledgers.shards());
        await(() -> readyOrNone().equals(ready));
        Reply.Granted granted = ready.getFirst().reservation();
        assertThat(askPatiently(new Command.BeginSend(granted.id(), granted.fence())))
                .isInstanceOf(Reply.Standing.class);
        assertThat(ledgers.readyDigests(10)).isEmpty();
        assertThat(taken(5)).isEqualTo(1);
    }

    private List<Reply.DigestReady> readyOrNone() {
        try {
            return ledgers.readyDigests(10);
        } catch (CallException away) {
            return List.of();
        }
    }

    @Test
    void onePersonIsOverloadedBeforeTheOthersAreHeldUp() {
        List<CompletableFuture<Outcome>> hot = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            hot.add(ledgers.apply(request(77, "hot" + i)));
        }
        for (int user = 100; user < 110; user++) {
            assertThat(ask(request(user, "cool" + user))).isInstanceOf(Reply.Granted.class);
        }
        long granted = 0;
        for (CompletableFuture<Outcome> one : hot) {
            try {
                granted += one.join().reply() instanceof Reply.Granted ? 1 : 0;
            } catch (CompletionException overloaded) {
                assertThat(overloaded).hasMessageContaining("user=77");
            }
        }
        assertThat(granted).isEqualTo(CAP);
    }

    @Test
    void whatIsTheLedgersOwnIsRefused() {
        UserKey owner = new UserKey(TENANT, 5);
        assertThatThrownBy(() -> ledgers.apply(new Command.Seal()))
                .isInstanceOf(IllegalArgumentException.class);
        Reply contact = ask(new Command.PutContact(owner, Contact.UNKNOWN.in("Asia/Tokyo")));
        assertThat(contact).isEqualTo(new Reply.Done(1));
        assertThat(ask(new Command.GetContact(owner)))
                .isEqualTo(new Reply.ContactIs(Contact.UNKNOWN.in("Asia/Tokyo")));
    }
}
