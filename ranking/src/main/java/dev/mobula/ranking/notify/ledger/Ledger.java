package dev.mobula.ranking.notify.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The budget ledger of one shard: a command, a moment and the stored rows make an answer and the rows to store.
///
/// It keeps nothing itself but a cache of decoded policies, so one that is lost is replaced by another over the same rows.
/// Not thread-safe: a shard has one writer.
public final class Ledger {
    /*
     * What holds at every instant, for every counter of a person and every global one: committed +
     * reserved + sending is at most the limit in force when each unit was granted. Critical messages
     * pass the limits, count in them, and are debt that blocks others.
     *
     *   RESERVED --begin--> SENDING --commit--> COMMITTED
     *       |                  |  `---time-----> COMMITTED (in doubt)
     *       `--release, time   `--release with a proof--> RELEASED
     *
     * Crash safety is the store's one duty: all rows of an outcome in one atomic, synced write, and
     * the answer after it. A crash before the write is a command that never came; a crash after it
     * is an answer that was lost, which the idempotency key, or the reservation's own state, gives
     * again.
     */
    private final long epoch;
    private final Policies policies = new Policies();
    private final Spending spending = new Spending();

    /// The ledger of the owner with this epoch; every later owner has a higher one.
    public Ledger(long epoch) {
        Names.between("epoch", epoch, 1, Long.MAX_VALUE);
        this.epoch = epoch;
    }

    /// Carries a command out, at the later of this moment and the last one stored.
    public Outcome apply(Command command, Moment moment, Rows rows) {
        Draft draft = new Draft(rows);
        try {
            Turn turn = turn(command, moment, draft);
            Optional<Reply> before =
                    command instanceof Command.Reserve request
                            ? Admission.replay(turn, request)
                            : Optional.empty();
            if (before.isPresent()) {
                return new Outcome(before.get(), true, List.of());
            }
            if (command instanceof Command.KeepAnswer keep) {
                return KeptAnswers.keep(turn, keep, () -> writes(draft, turn.now()));
            }
            Reply reply = reply(command, turn);
            if (reads(command)) {
                return new Outcome(reply, false, List.of());
            }
            List<RowWrite> writes = writes(draft, turn.now());
            turn.told().forEach(count -> count.accept(spending));
            return new Outcome(reply, false, writes);
        } catch (Refusal refusal) {
            return new Outcome(refusal.reply(), false, List.of());
        }
    }

    private Turn turn(Command command, Moment moment, Draft draft) {
        long stored = number(draft.get(Table.POLICY, Keys.EPOCH));
        boolean takesOver = command instanceof Command.TakeOver || command instanceof Command.Seal;
        if (takesOver ? stored > epoch : stored != epoch) {
            throw new Refusal(
                    LedgerError.FENCED, "epoch " + epoch + ": the rows belong to " + stored);
        }
        return new Turn(
                draft,
                Math.max(moment.millis(), number(draft.get(Table.POLICY, Keys.CLOCK))),
                moment.suspect(),
                epoch,
                SealMark.decode(draft.get(Table.POLICY, Keys.SEAL)),
                policies,
                new ArrayList<>(2));
    }

    /// What was counted since this owner began, a statistic beside the rows.
    public Spending spending() {
        return spending;
    }

    private static long number(byte @Nullable [] row) {
        return row == null ? 0 : Keys.number(row);
    }

    private static boolean reads(Command command) {
        return switch (command) {
            case Command.GetBudget _,
                    Command.GetReservation _,
                    Command.GetContact _,
                    Command.GetPolicies _,
                    Command.GetOutcomes _,
                    Command.PeekDigest _,
                    Command.ReadyDigests _,
                    Command.WhoIsOver _,
                    Command.FindAnswer _ ->
                    true;
            case Command other -> false;
        };
    }

    private static List<RowWrite> writes(Draft draft, long now) {
        if (draft.writes().isEmpty()) {
            return List.of();
        }
        draft.put(Table.POLICY, Keys.CLOCK, Keys.number(now));
        return draft.writes();
    }

    private Reply reply(Command command, Turn turn) {
        return switch (command) {
            case Command.Reserve reserve -> Admission.reserve(turn, reserve);
            case Command.BeginSend begin -> Reservations.begin(turn, begin);
            case Command.Commit commit -> Reservations.commit(turn, commit);
            case Command.Release release -> Reservations.release(turn, release);
            case Command.Extend extend -> Reservations.extend(turn, extend);
            case Command.GetReservation get -> Reservations.get(turn, get);
            case Command.GetBudget get -> Budgets.get(turn, get);
            case Command.PutContact put -> Contacts.put(turn, put);
            case Command.PutPolicy(String tenant, BudgetPolicy policy) -> {
                policies.put(turn.draft(), tenant, policy, turn.now());
                yield new Reply.Done(policy.version());
            }
            case Command.AddLease add -> Leases.add(turn, add);
            case Command.ReturnLease giveBack -> Leases.giveBack(turn, giveBack);
            case Command.AddDigestItem add -> Digests.add(turn, add);
            case Command.FlushDigest flush -> Digests.flush(turn, flush);
            case Command.PeekDigest peek -> Digests.peek(turn, peek);
            case Command.ReadyDigests ready -> Digests.ready(turn, ready);
            case Command.GetContact(UserKey owner) ->
                    new Reply.ContactIs(turn.book(owner, turn.policy(owner)).contact);
            case Command.GetPolicies(String tenant) ->
                    new Reply.PoliciesAre(policies.all(turn.draft(), tenant));
            case Command.CopyPolicies(String tenant, List<BudgetPolicy> copied) ->
                    new Reply.Done(policies.copy(turn.draft(), tenant, copied));
            case Command.WhoIsOver ask -> Budgets.over(turn, ask);
            case Command.KeepAnswer keep -> throw new IllegalStateException("kept before: " + keep);
            case Command.FindAnswer find -> KeptAnswers.find(turn, find);
            case Command.RecordOutcome record -> Outcomes.record(turn, record);
            case Command.GetOutcomes get -> Outcomes.get(turn, get);
            case Command.Sweep(int max) -> new Reply.Done(sweep(turn, max));
            case Command.TakeOver _ -> {
                turn.draft().put(Table.POLICY, Keys.EPOCH, Keys.number(epoch));
                yield new Reply.Done(epoch);
            }
            case Command.Seal _ -> {
                turn.draft().put(Table.POLICY, Keys.EPOCH, Keys.number(epoch));
                SealMark mark = new SealMark(turn.now(), epoch);
                turn.draft().put(Table.POLICY, Keys.SEAL, mark.encode());
                yield new Reply.Done(epoch);
            }
        };
    }

    /// The time of the last stored write; a clock never starts before it.
    public static long storedMillis(Rows rows) {
        return number(rows.get(Table.POLICY, Keys.CLOCK));
    }

    /// The epoch of the last owner of these rows, 0 when there was none.
    public static long storedEpoch(Rows rows) {
        return number(rows.get(Table.POLICY, Keys.EPOCH));
    }

    /// The digests that are due, at most so many.
    public static List<Command.FlushDigest> dueDigests(Rows rows, long now, int max) {
        return Digests.due(rows, now, max);
    }

    private static long sweep(Turn turn, int max) {
        AtomicInteger left = new AtomicInteger(max);
        scan(turn, Keys.DUE, left, (key, value) -> settle(turn, Keys.subject(key)));
        scan(turn, Keys.READY, left, (key, value) -> turn.draft().delete(Table.EXPIRY, key));
        scan(turn, Keys.FORGET, left, (key, value) -> forget(turn, key, value));
        return (long) max - left.get();
    }

    /// What to do with a row whose time has come.
    @FunctionalInterface
    private interface Due {
        void run(byte[] key, byte[] value);
    }

    private static void scan(Turn turn, byte kind, AtomicInteger left, Due due) {
        turn.draft()
                .stored()
                .scan(
                        Table.EXPIRY,
                        Keys.expiry(kind, 0, new byte[0]),
                        Keys.expiry(kind, turn.now() + 1, new byte[0]),
                        (key, value) -> {
                            if (left.get() > 0) {
                                left.decrementAndGet();
                                due.run(key, value);
                            }
                            return left.get() > 0;
                        });
    }

    private static void settle(Turn turn, byte[] subject) {
        UserKey owner = Keys.owner(subject, 0);
        BudgetPolicy policy = turn.policy(owner);
        Reservations.settle(turn, owner, turn.book(owner, policy));
    }

    private static void forget(Turn turn, byte[] key, byte[] reservation) {
        turn.draft().delete(Table.EXPIRY, key);
        turn.draft().delete(Table.IDEMPOTENCY, Keys.subject(key));
        if (reservation.length > 0) {
            turn.draft().delete(Table.RESERVATION, reservation);
        }
    }
}
