package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Answers of operations outside the ledger, kept under their idempotency key: the first one stands.
final class KeptAnswers {
    private static final int VERSION = 1;
    private static final long KEPT_MILLIS = Duration.ofHours(24).toMillis();

    private KeptAnswers() {}

    static Outcome keep(Turn turn, Command.KeepAnswer keep, Supplier<List<RowWrite>> writes) {
        byte[] key = key(keep.owner(), keep.operation(), keep.key());
        Optional<String> before = find(turn, key, keep.fingerprint());
        if (before.isPresent()) {
            return new Outcome(new Reply.Kept(before.get()), true, List.of());
        }
        if (keep.expiresAtMillis() > turn.now() + Command.AHEAD_MILLIS_MAX) {
            throw new Refusal(
                    LedgerError.INVALID_ARGUMENT,
                    "expiresAt=%d: more than seven days after %d"
                            .formatted(keep.expiresAtMillis(), turn.now()));
        }
        RecordWriter out = new RecordWriter(VERSION);
        out.writeText(keep.fingerprint());
        out.writeText(keep.answer());
        turn.draft().put(Table.IDEMPOTENCY, key, out.finish());
        turn.draft()
                .put(
                        Table.EXPIRY,
                        Keys.expiry(Keys.FORGET, keep.expiresAtMillis() + KEPT_MILLIS, key),
                        new byte[0]);
        return new Outcome(new Reply.Kept(keep.answer()), false, writes.get());
    }

    static Reply find(Turn turn, Command.FindAnswer find) {
        return find(turn, key(find.owner(), find.operation(), find.key()), find.fingerprint())
                .<Reply>map(Reply.Kept::new)
                .orElseThrow(
                        () ->
                                new Refusal(
                                        LedgerError.NOT_FOUND,
                                        "idempotencyKey=" + find.key() + ": nothing is kept"));
    }

    private static Optional<String> find(Turn turn, byte[] key, String fingerprint) {
        byte[] row = turn.draft().get(Table.IDEMPOTENCY, key);
        if (row == null) {
            return Optional.empty();
        }
        RecordReader in = new RecordReader(row, VERSION, "kept answer");
        String of = in.readText();
        String answer = in.readText();
        in.finish();
        if (!fingerprint.isEmpty() && !fingerprint.equals(of)) {
            throw new Refusal(
                    LedgerError.IDEMPOTENCY_KEY_REUSED,
                    "idempotencyKey: came before with another request");
        }
        return Optional.of(answer);
    }

    private static byte[] key(UserKey owner, String operation, String key) {
        return Keys.idempotency(owner.tenant(), operation, owner.user() + "/" + key);
    }
}
