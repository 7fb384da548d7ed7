package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import java.util.List;
import java.util.function.Consumer;

/// What one command works with: its draft, its time, and who may write.
///
/// @param told what is to be counted once the command has come to something
record Turn(
        Draft draft,
        long now,
        boolean suspect,
        long epoch,
        SealMark seal,
        Policies policies,
        List<Consumer<Spending>> told) {
    void count(String tenant, Unit unit, Spending.Kind kind) {
        told.add(spending -> spending.count(tenant, unit.channel(), now, kind, unit.units()));
    }

    void deny(String tenant, Channel channel, Denial reason) {
        told.add(spending -> spending.deny(tenant, channel, now, reason));
    }

    BudgetPolicy policy(UserKey owner) {
        return policies.inForce(draft, owner.tenant(), now);
    }

    /// A person's book, with windows rolled up to now.
    Book book(UserKey owner, BudgetPolicy policy) {
        Book book = Book.decode(draft.get(Table.STATE, Keys.user(owner)), owner);
        book.roll(now, book.zone(policy).days(), policy.reachMillis());
        return book;
    }

    void save(UserKey owner, Book book) {
        draft.put(Table.STATE, Keys.user(owner), book.encode());
    }

    /// While the clock cannot be believed, or the tenant has paused, only critical messages go.
    void requireOpen(BudgetPolicy policy, Priority priority) {
        if (priority == Priority.CRITICAL) {
            return;
        }
        if (suspect) {
            throw new Refusal(
                    LedgerError.CLOCK_SUSPECT, "the clock leapt or disagrees with the peers");
        }
        if (policy.paused()) {
            throw new Refusal(LedgerError.PAUSED, "policy version " + policy.version());
        }
    }
}
