package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The caps that all ledgers share, lent out to them in pieces.
///
/// What is lent is gone until it is given back, so all ledgers together never pass a cap, whoever is cut off from whom. A
/// piece is half of an even share of what is left, so the last of a cap is lent one by one and little is left unused. A
/// ledger that is lost keeps its piece: it counts as spent. Pure, as [Ledger] is; not thread-safe.
public final class GlobalCaps {
    private static final int VERSION = 1;
    private static final int LEDGERS_MAX = 4_096;
    private static final String LOST = "(lost)";
    private static final byte[] FIRST = {};
    private static final byte[] LAST = {(byte) 0xFF};

    /// What the holder of the caps can be asked.
    public sealed interface Request {
        /// Sets a cap; a lower one takes nothing back.
        record SetCap(String counter, long cap) implements Request {
            public SetCap {
                Names.plain("counter", counter);
                Names.between("cap", cap, 0, Long.MAX_VALUE / 4);
            }
        }

        /// Lends units; the same grant of the same epoch again lends the same.
        ///
        /// @param serial the number of the grant in the epoch, from 1
        record Grant(String counter, String ledger, long epoch, long serial, int wanted)
                implements Request {
            public Grant {
                Names.plain("counter", counter);
                Names.plain("ledger", ledger);
                Names.between("wanted", wanted, 0, Integer.MAX_VALUE);
            }
        }

        /// Takes units back that a ledger has given up before.
        record TakeBack(String counter, String ledger, long epoch, long serial, int units)
                implements Request {
            public TakeBack {
                Names.plain("counter", counter);
                Names.plain("ledger", ledger);
                Names.between("units", units, 0, Integer.MAX_VALUE);
            }
        }
    }

    private record Loan(long epoch, long granted, int lastUnits, long returned, long units) {
        private static final Loan NONE = new Loan(0, 0, 0, 0, 0);

        private Loan in(long newEpoch) {
            return newEpoch == epoch ? this : new Loan(newEpoch, 0, 0, 0, units);
        }
    }

    private record Cap(long units, Map<String, Loan> loans) {
        private long left() {
            return units - loans.values().stream().mapToLong(Loan::units).sum();
        }

        private Cap with(String ledger, Loan loan) {
            Map<String, Loan> more = new TreeMap<>(loans);
            more.put(ledger, loan);
            return new Cap(units, more);
        }
    }

    /// Carries a request out. The answer's number is what was lent, or what is left of the cap.
    public Outcome apply(Request request, Rows rows) {
        Draft draft = new Draft(rows);
        try {
            Reply reply =
                    switch (request) {
                        case Request.SetCap set -> setCap(draft, set);
                        case Request.Grant grant -> grant(draft, grant);
                        case Request.TakeBack back -> takeBack(draft, back);
                    };
            return new Outcome(reply, false, draft.writes());
        } catch (Refusal refusal) {
            return new Outcome(refusal.reply(), false, List.of());
        }
    }

    /// Lends nothing more of any cap: these rows are older than what was lent since. A higher cap, set on purpose, lends by what
    /// it is higher.
    public Outcome seal(Rows rows) {
        Draft draft = new Draft(rows);
        rows.scan(
                Table.LEASE,
                FIRST,
                LAST,
                (key, row) -> {
                    Cap cap = decode(row, "cap of " + new String(key, StandardCharsets.UTF_8));
                    Loan lost = cap.loans().getOrDefault(LOST, Loan.NONE);
                    long units = lost.units() + Math.max(0, cap.left());
                    draft.put(
                            Table.LEASE, key, encode(cap.with(LOST, new Loan(0, 0, 0, 0, units))));
                    return true;
                });
        return new Outcome(new Reply.Done(0), false, draft.writes());
    }

    private static Reply setCap(Draft draft, Request.SetCap set) {
        Cap found = find(draft, set.counter());
        Cap cap = new Cap(set.cap(), found == null ? Map.of() : found.loans());
        save(draft, set.counter(), cap);
        return new Reply.Done(cap.left());
    }

    private static Reply grant(Draft draft, Request.Grant grant) {
        Cap cap = require(draft, grant.counter());
        Loan loan = loan(cap, grant.ledger(), grant.epoch());
        if (grant.serial() == loan.granted()) {
            return new Reply.Done(loan.lastUnits());
        }
        if (grant.serial() != loan.granted() + 1) {
            throw outOfOrder(grant.serial(), loan.granted());
        }
        if (!cap.loans().containsKey(grant.ledger()) && cap.loans().size() >= LEDGERS_MAX) {
            throw new Refusal(LedgerError.OVERLOADED, "ledgers: at most " + LEDGERS_MAX);
        }
        int ledgers = cap.with(grant.ledger(), loan).loans().size();
        long left = Math.max(0, cap.left());
        long share = Math.max(1, left / (2L * ledgers));
        int lent = (int) Math.min(Math.min(share, left), grant.wanted());
        save(
                draft,
                grant.counter(),
                cap.with(
                        grant.ledger(),
                        new Loan(
                                loan.epoch(),
                                grant.serial(),
                                lent,
                                loan.returned(),
                                loan.units() + lent)));
        return new Reply.Done(lent);
    }

    private static Reply takeBack(Draft draft, Request.TakeBack back) {
        Cap cap = require(draft, back.counter());
        Loan loan = loan(cap, back.ledger(), back.epoch());
        if (back.serial() == loan.returned() + 1) {
            if (back.units() > loan.units()) {
                throw new Refusal(
                        LedgerError.INVALID_ARGUMENT,
                        "units=" + back.units() + ": only " + loan.units() + " were lent");
            }
            cap =
                    cap.with(
                            back.ledger(),
                            new Loan(
                                    loan.epoch(),
                                    loan.granted(),
                                    loan.lastUnits(),
                                    back.serial(),
                                    loan.units() - back.units()));
            save(draft, back.counter(), cap);
        } else if (back.serial() != loan.returned()) {
            throw outOfOrder(back.serial(), loan.returned());
        }
        return new Reply.Done(cap.left());
    }

    private static Loan loan(Cap cap, String ledger, long epoch) {
        Loan loan = cap.loans().getOrDefault(ledger, Loan.NONE);
        if (epoch < loan.epoch()) {
            throw new Refusal(
                    LedgerError.FENCED,
                    "epoch=%d of ledger %s: %d was here".formatted(epoch, ledger, loan.epoch()));
        }
        return loan.in(epoch);
    }

    private static Refusal outOfOrder(long serial, long last) {
        return new Refusal(
                LedgerError.INVALID_ARGUMENT, "serial=" + serial + ": the last is " + last);
    }

    private static Cap require(Draft draft, String counter) {
        Cap cap = find(draft, counter);
        if (cap == null) {
            throw new Refusal(LedgerError.INVALID_ARGUMENT, "counter=" + counter + ": has no cap");
        }
        return cap;
    }

    private static @Nullable Cap find(Draft draft, String counter) {
        byte[] row = draft.get(Table.LEASE, Keys.name(counter));
        return row == null ? null : decode(row, "cap of " + counter);
    }

    private static Cap decode(byte[] row, String what) {
        RecordReader in = new RecordReader(row, VERSION, what);
        long units = in.readCount();
        Map<String, Loan> loans = new TreeMap<>();
        for (int i = in.readLength(1); i > 0; i--) {
            loans.put(
                    in.readText(),
                    new Loan(
                            in.readCount(),
                            in.readCount(),
                            (int) in.readCount(),
                            in.readCount(),
                            in.readCount()));
        }
        in.finish();
        return new Cap(units, loans);
    }

    private static void save(Draft draft, String counter, Cap cap) {
        draft.put(Table.LEASE, Keys.name(counter), encode(cap));
    }

    private static byte[] encode(Cap cap) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(cap.units());
        out.writeCount(cap.loans().size());
        cap.loans()
                .forEach(
                        (ledger, loan) -> {
                            out.writeText(ledger);
                            out.writeCount(loan.epoch());
                            out.writeCount(loan.granted());
                            out.writeCount(loan.lastUnits());
                            out.writeCount(loan.returned());
                            out.writeCount(loan.units());
                        });
        return out.finish();
    }
}
