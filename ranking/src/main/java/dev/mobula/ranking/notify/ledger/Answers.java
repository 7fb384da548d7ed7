package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Denial;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/// Answers kept under their idempotency key, denials too: a retry must not flip to granted.
final class Answers {
    private static final int VERSION = 1;
    private static final int GRANTED = 1;
    private static final int DENIED = 2;
    private static final int FINGERPRINT_BYTES = 32;

    private Answers() {}

    /// The stored answer to the same request; another request under the same key is refused.
    static Optional<Reply> find(Draft draft, byte[] key, Command.Reserve request) {
        byte[] row = draft.get(Table.IDEMPOTENCY, key);
        if (row == null) {
            return Optional.empty();
        }
        byte[] fingerprint = fingerprint(request);
        if (!Arrays.equals(row, 0, FINGERPRINT_BYTES, fingerprint, 0, FINGERPRINT_BYTES)) {
            throw new Refusal(
                    LedgerError.IDEMPOTENCY_KEY_REUSED,
                    "idempotencyKey=" + request.key() + ": came before with another request");
        }
        byte[] reply = Arrays.copyOfRange(row, FINGERPRINT_BYTES, row.length);
        return Optional.of(decode(reply, request.owner()));
    }

    static void store(Draft draft, byte[] key, Command.Reserve request, Reply reply) {
        byte[] encoded = encode(reply);
        byte[] row = Arrays.copyOf(fingerprint(request), FINGERPRINT_BYTES + encoded.length);
        System.arraycopy(encoded, 0, row, FINGERPRINT_BYTES, encoded.length);
        draft.put(Table.IDEMPOTENCY, key, row);
    }

    /// The SHA-256 of the request's canonical bytes.
    private static byte[] fingerprint(Command.Reserve request) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeText(request.owner().tenant());
        out.writeFixed(request.owner().user());
        out.writeByte(request.channel().code());
        out.writeText(request.type());
        out.writeByte(request.priority().code());
        out.writeCount(request.units());
        out.writeText(request.group());
        out.writeCount(request.counters().size());
        request.counters().forEach(out::writeText);
        out.writeSigned(request.sendAtMillis());
        out.writeSigned(request.expiresAtMillis());
        out.writeCount(request.ttlMillis());
        out.writeCount(request.fallbackOf());
        out.writeText(request.key());
        try {
            return MessageDigest.getInstance("SHA-256").digest(out.finish());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    static byte[] encode(Reply reply) {
        RecordWriter out = new RecordWriter(VERSION);
        switch (reply) {
            case Reply.Granted granted -> {
                out.writeByte(GRANTED);
                out.writeCount(granted.id().serial());
                out.writeCount(granted.fence());
                out.writeSigned(granted.expiresAtMillis());
            }
            case Reply.Denied denied -> {
                out.writeByte(DENIED);
                out.writeByte(denied.reason().code());
                out.writeSigned(denied.retryAtMillis());
                out.writeText(denied.counter());
                out.writeCount(denied.existing());
            }
            case Reply other ->
                    throw new IllegalArgumentException("no answer to a reservation: " + other);
        }
        return out.finish();
    }

    static Reply decode(byte[] stored, UserKey owner) {
        RecordReader in = new RecordReader(stored, VERSION, "answer to " + owner);
        int kind = in.readByte();
        Reply reply =
                switch (kind) {
                    case GRANTED ->
                            new Reply.Granted(
                                    new ReservationId(owner, in.readCount()),
                                    in.readCount(),
                                    in.readSigned());
                    case DENIED ->
                            new Reply.Denied(
                                    Denial.of(in.readByte()),
                                    in.readSigned(),
                                    in.readText(),
                                    in.readCount());
                    default -> throw in.corrupt("answer of kind " + kind);
                };
        in.finish();
        return reply;
    }
}
