package dev.mobula.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.ReservationState;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.StoreLimits;
import dev.mobula.retrieval.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LedgerStoreTest {
    @TempDir Path root;

    private final AtomicLong wall = new AtomicLong(System.currentTimeMillis());
    private final LedgerStore.Clocks clocks =
            new LedgerStore.Clocks(wall::get, () -> wall.get() * 1_000_000);

    private LedgerStore open(Path directory) {
        LedgerStore store = LedgerStore.open(StoreOptions.at(directory), 1, () -> {}, clocks);
        store.apply(new Command.PutPolicy(LedgerTraffic.TENANT, LedgerTraffic.policy())).join();
        return store;
    }

    @Test
    void commandsThatComeTogetherAreAnsweredOneAfterTheOther() {
        try (LedgerStore store = open(root.resolve("a"))) {
            List<CompletableFuture<Outcome>> asked = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                asked.add(store.apply(LedgerTraffic.request(i / 2 % 20, "key-" + i / 2)));
            }
            long granted =
                    asked.stream()
                            .map(CompletableFuture::join)
                            .filter(outcome -> outcome.reply() instanceof Reply.Granted)
                            .filter(outcome -> !outcome.replayed())
                            .count();
            assertThat(granted).isEqualTo(20L * LedgerTraffic.CAP);
        }
    }

    @Test
    void aSuccessorFindsEverythingAndTheFormerOwnerAnswersNothing() {
        StateDirectory former = StateDirectory.claim(root, "ledger-0");
        try (LedgerStore old = LedgerStore.open(former, clocks)) {
            old.apply(new Command.PutPolicy(LedgerTraffic.TENANT, LedgerTraffic.policy())).join();
            Command.Reserve request = LedgerTraffic.request(1, "a");
            Reply.Granted granted = (Reply.Granted) old.apply(request).join().reply();
            StateDirectory next = StateDirectory.claim(root, "ledger-0");
            try (LedgerStore store = LedgerStore.open(next, clocks)) {
                assertThat(store.epoch()).isGreaterThan(old.epoch());
                Outcome again = store.apply(request).join();
                assertThat(again.reply()).isEqualTo(granted);
                assertThat(again.replayed()).isTrue();
                assertThatThrownBy(() -> old.apply(LedgerTraffic.request(2, "b")).join())
                        .isInstanceOf(CompletionException.class)
                        .hasMessageContaining("no longer ours");
                assertThatThrownBy(() -> old.apply(LedgerTraffic.request(3, "c")).join())
                        .isInstanceOf(RetrievalException.class);
                assertThat(store.apply(LedgerTraffic.request(2, "b")).join().replayed()).isFalse();
            } finally {
                next.close();
            }
        } finally {
            former.close();
        }
    }

    @Test
    void whoeverOpensABackupFindsEveryWindowExhausted() {
        Path backup = root.resolve("backup");
        Reply.Granted before;
        try (LedgerStore store = open(root.resolve("a"))) {
            before = (Reply.Granted) store.apply(LedgerTraffic.request(1, "a")).join().reply();
            store.backUp(backup);
            Reply.Granted after =
                    (Reply.Granted) store.apply(LedgerTraffic.request(1, "b")).join().reply();
            assertThat(state(store, after)).isEqualTo(ReservationState.RESERVED);
        }
        for (int opening = 0; opening < 2; opening++) {
            try (LedgerStore restored =
                    LedgerStore.open(StoreOptions.at(backup), 1, () -> {}, clocks)) {
                assertThat(restored.epoch()).isGreaterThan(before.fence());
                Command.Reserve request = LedgerTraffic.request(opening, "c" + opening);
                assertThat(restored.apply(request).join().reply())
                        .isInstanceOfSatisfying(
                                Reply.Denied.class,
                                denied ->
                                        assertThat(denied.reason()).isEqualTo(Denial.USER_DAY_CAP));
                Command.BeginSend begin = new Command.BeginSend(before.id(), before.fence());
                assertThat(restored.apply(begin).join().reply())
                        .isInstanceOfSatisfying(
                                Reply.Refused.class,
                                refused ->
                                        assertThat(refused.error()).isEqualTo(LedgerError.FENCED));
            }
        }
    }

    private static ReservationState state(LedgerStore store, Reply.Granted granted) {
        Command.GetReservation get = new Command.GetReservation(granted.id());
        return ((Reply.Standing) store.apply(get).join().reply()).state();
    }

    @Test
    void timeGoesOnWhereItStoppedAndALeapIsSuspect() {
        try (LedgerStore store = open(root.resolve("a"))) {
            store.apply(LedgerTraffic.request(1, "a")).join();
        }
        wall.addAndGet(-Duration.ofHours(30).toMillis());
        LedgerStore.Clocks leaping = new LedgerStore.Clocks(wall::get, new AtomicLong()::get);
        try (LedgerStore store =
                LedgerStore.open(StoreOptions.at(root.resolve("a")), 1, () -> {}, leaping)) {
            Reply first = store.apply(LedgerTraffic.request(1, "b")).join().reply();
            assertThat(first).isInstanceOf(Reply.Granted.class);
            wall.addAndGet(Duration.ofHours(31).toMillis());
            assertThat(store.apply(LedgerTraffic.request(1, "c")).join().reply())
                    .isInstanceOfSatisfying(
                            Reply.Refused.class,
                            refused ->
                                    assertThat(refused.error())
                                            .isEqualTo(LedgerError.CLOCK_SUSPECT));
            store.trustWall().join();
            assertThat(store.apply(LedgerTraffic.request(1, "d")).join().reply())
                    .isNotInstanceOf(Reply.Refused.class);
        }
    }

    @Test
    void aFullQueueIsAnAnswer() {
        StoreOptions narrow =
                new StoreOptions(
                        root.resolve("a"), 100, 4, 64 << 20, 2, 1 << 20, StoreLimits.DEFAULT);
        try (LedgerStore store = LedgerStore.open(narrow, 1, () -> {}, clocks)) {
            List<CompletableFuture<Outcome>> asked = new ArrayList<>();
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 10_000; i++) {
                                    asked.add(store.apply(LedgerTraffic.request(1, "k" + i)));
                                }
                            })
                    .isInstanceOfSatisfying(
                            RetrievalException.class,
                            full ->
                                    assertThat(full.code())
                                            .isEqualTo(RetrievalException.Code.FULL));
            asked.forEach(CompletableFuture::join);
        }
    }

    @Test
    void aSweepForgetsWhatIsOver() {
        try (LedgerStore store = open(root.resolve("a"))) {
            Reply.Granted granted =
                    (Reply.Granted) store.apply(LedgerTraffic.request(1, "a")).join().reply();
            wall.addAndGet(Duration.ofHours(26).toMillis());
            assertThat(store.apply(new Command.Sweep(1)).join().reply())
                    .isEqualTo(new Reply.Done(1));
            assertThat(store.apply(new Command.Sweep(10)).join().reply())
                    .isEqualTo(new Reply.Done(1));
            assertThat(store.apply(new Command.GetReservation(granted.id())).join().reply())
                    .isInstanceOf(Reply.Refused.class);
            assertThat(store.dueDigests(10).join()).isEmpty();
        }
    }
}
