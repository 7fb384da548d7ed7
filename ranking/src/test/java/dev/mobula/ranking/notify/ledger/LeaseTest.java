package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.ledger.Command.Proof;
import dev.mobula.ranking.notify.ledger.GlobalCaps.Request;
import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Caps that several ledgers share.
final class LeaseTest {
    private static final String COUNTER = "campaign/summer";

    private final Fixture fixture = Fixture.with(policy(0));

    @Test
    void aLedgerSpendsWhatItHoldsAndNoMore() {
        fixture.denied(fixture.push().counting(COUNTER), Denial.CAMPAIGN_EXHAUSTED);
        assertThat(fixture.done(new Command.AddLease(COUNTER, 1, 1, 2))).isEqualTo(2);
        assertThat(fixture.done(new Command.AddLease(COUNTER, 1, 1, 2))).isEqualTo(2);
        Reply.Granted first = fixture.granted(fixture.push().counting(COUNTER));
        fixture.send(fixture.push().counting(COUNTER));
        Reply.Denied denied =
                fixture.denied(fixture.push().counting(COUNTER), Denial.CAMPAIGN_EXHAUSTED);
        assertThat(denied.counter()).isEqualTo(COUNTER);
        fixture.standing(
                new Command.Release(first.id(), Proof.NOT_ATTEMPTED), ReservationState.RELEASED);
        fixture.granted(fixture.push().counting(COUNTER));
    }

    @Test
    void unspentUnitsAreGivenBackOnce() {
        fixture.done(new Command.AddLease(COUNTER, 1, 1, 5));
        fixture.granted(fixture.push().counting(COUNTER));
        fixture.refused(new Command.ReturnLease(COUNTER, 1, 1, 5), LedgerError.INVALID_ARGUMENT);
        assertThat(fixture.done(new Command.ReturnLease(COUNTER, 1, 1, 3))).isEqualTo(1);
        assertThat(fixture.done(new Command.ReturnLease(COUNTER, 1, 1, 3))).isEqualTo(1);
        fixture.refused(new Command.AddLease(COUNTER, 7, 1, 5), LedgerError.FENCED);
    }

    @Test
    void afterARestoreALeaseCountsAsSpent() {
        fixture.done(new Command.AddLease(COUNTER, 1, 1, 5));
        Reply.Granted before = fixture.granted(fixture.push().counting(COUNTER));
        fixture.ledger = fixture.ledger.successor(2);
        fixture.done(new Command.Seal());
        fixture.denied(fixture.push().counting(COUNTER), Denial.CAMPAIGN_EXHAUSTED);
        assertThat(fixture.done(new Command.AddLease(COUNTER, 2, 1, 1))).isEqualTo(1);
        fixture.standing(
                new Command.Release(before.id(), Proof.NOT_ATTEMPTED), ReservationState.RELEASED);
        fixture.granted(fixture.push().counting(COUNTER));
        fixture.denied(fixture.push().counting(COUNTER), Denial.CAMPAIGN_EXHAUSTED);
    }

    @Test
    void theLastOfACapIsLentOneByOne() {
        Caps caps = new Caps(1_000);
        long lent = 0;
        int smallest = Integer.MAX_VALUE;
        for (int serial = 1; lent < 1_000; serial++) {
            for (String ledger : List.of("a", "b", "c")) {
                int units = caps.lend(ledger, serial);
                lent += units;
                smallest = Math.min(smallest, units == 0 ? smallest : units);
            }
        }
        assertThat(lent).isEqualTo(1_000);
        assertThat(smallest).isEqualTo(1);
    }

    @Test
    void aFormerOwnerOfALedgerIsLentNothing() {
        Caps caps = new Caps(10);
        caps.lend("a", 1);
        caps.apply(new Request.Grant(COUNTER, "a", 2, 1, 10));
        assertThat(caps.apply(new Request.Grant(COUNTER, "a", 1, 2, 10)))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(LedgerError.FENCED));
    }

    @Test
    void afterARestoreNothingMoreOfACapIsLentUntilItIsRaisedOnPurpose() {
        Caps caps = new Caps(10);
        int lent = caps.lend("a", 1);
        assertThat(lent).isPositive();
        for (int restore = 0; restore < 2; restore++) {
            caps.rows.store(caps.caps.seal(caps.rows));
            assertThat(caps.lend("a", 2 + restore)).isZero();
            caps.apply(new Request.SetCap(COUNTER, 10));
            assertThat(caps.lend("b", 1 + restore)).isZero();
        }
        caps.apply(new Request.SetCap(COUNTER, 13));
        assertThat(caps.lend("c", 1) + caps.lend("c", 2) + caps.lend("c", 3)).isEqualTo(3);
        assertThat(caps.lend("c", 4)).isZero();
    }

    /// Messages between the ledgers and the holder of the caps are lost and repeated; ledgers die and come back.
    @Test
    void allLedgersTogetherNeverPassTheCap() {
        Seeds.forAll(
                30,
                random -> {
                    int cap = random.nextInt(1, 60);
                    Caps caps = new Caps(cap);
                    List<Shard> shards = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        shards.add(new Shard("ledger-" + i));
                    }
                    for (int step = 0; step < 300; step++) {
                        shards.get(random.nextInt(3)).step(caps, random);
                        long counted = shards.stream().mapToLong(shard -> shard.counted()).sum();
                        assertThat(counted).isLessThanOrEqualTo(cap);
                    }
                });
    }

    private static final class Caps {
        private final GlobalCaps caps = new GlobalCaps();
        private final InMemoryRows rows = new InMemoryRows();

        private Caps(long cap) {
            apply(new Request.SetCap(COUNTER, cap));
        }

        private Reply apply(Request request) {
            return rows.store(caps.apply(request, rows)).reply();
        }

        private int lend(String ledger, int serial) {
            return (int)
                    ((Reply.Done) apply(new Request.Grant(COUNTER, ledger, 1, serial, 999)))
                            .number();
        }
    }

    /// A ledger and what it knows of its own requests to the holder of the caps.
    private static final class Shard {
        private final String name;
        private final Fixture fixture = Fixture.with(policy(0));
        private final List<Reply.Granted> open = new ArrayList<>();
        private int epoch = 1;
        private int grants;
        private int returns;
        private int sent;

        private Shard(String name) {
            this.name = name;
        }

        private long counted() {
            return (long) sent + open.size();
        }

        private void step(Caps caps, SplittableRandom random) {
            fixture.after(Duration.ofSeconds(1));
            switch (random.nextInt(6)) {
                case 0 -> borrow(caps, random);
                case 1 -> giveBack(caps, random);
                case 2 -> {
                    epoch++;
                    grants = 0;
                    returns = 0;
                    fixture.ledger = fixture.ledger.successor(epoch);
                }
                case 3 -> finish(random);
                default -> {
                    if (fixture.apply(fixture.push().counting(COUNTER))
                            instanceof Reply.Granted granted) {
                        open.add(granted);
                    }
                }
            }
        }

        private void borrow(Caps caps, SplittableRandom random) {
            grants++;
            long lent = 0;
            for (int tries = random.nextInt(1, 3); tries > 0; tries--) {
                Request.Grant grant =
                        new Request.Grant(COUNTER, name, epoch, grants, random.nextInt(1, 9));
                lent = ((Reply.Done) caps.apply(grant)).number();
            }
            if (random.nextInt(4) > 0) {
                fixture.done(new Command.AddLease(COUNTER, epoch, grants, (int) lent));
            } else {
                grants--;
                retryLater();
            }
        }

        /// The answer never came and this owner is gone: its successor asks with a new epoch.
        private void retryLater() {
            epoch++;
            grants = 0;
            returns = 0;
            fixture.ledger = fixture.ledger.successor(epoch);
        }

        private void giveBack(Caps caps, SplittableRandom random) {
            int units = random.nextInt(1, 4);
            Command.ReturnLease back = new Command.ReturnLease(COUNTER, epoch, returns + 1, units);
            if (fixture.apply(back) instanceof Reply.Done) {
                returns++;
                for (int tries = random.nextInt(1, 3); tries > 0; tries--) {
                    caps.apply(new Request.TakeBack(COUNTER, name, epoch, returns, units));
                }
            }
        }

        private void finish(SplittableRandom random) {
            if (open.isEmpty()) {
                return;
            }
            Reply.Granted granted = open.remove(random.nextInt(open.size()));
            Reply reply;
            if (random.nextBoolean()) {
                reply = fixture.apply(new Command.Release(granted.id(), Proof.NOT_ATTEMPTED));
                assertThat(reply).isInstanceOf(Reply.Standing.class);
            } else {
                reply = fixture.apply(new Command.BeginSend(granted.id(), granted.fence()));
                sent += reply instanceof Reply.Standing ? 1 : 0;
            }
        }
    }
}
