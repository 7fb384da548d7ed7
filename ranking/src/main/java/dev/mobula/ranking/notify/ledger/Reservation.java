package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.util.ArrayList;
import java.util.List;

/// The stored course of one reservation.
///
/// @param deadlineMillis when it ends by itself; the time it ended once it is over
/// @param messageExpiresMillis when its message is worth nothing any more
/// @param sendingSinceMillis when it was begun; 0 before
/// @param timedOut it ended by itself: released if it was reserved, committed if it was being sent
record Reservation(
        ReservationState state,
        long fence,
        long deadlineMillis,
        long messageExpiresMillis,
        long sendingSinceMillis,
        boolean timedOut,
        int units,
        List<String> counters,
        String providerMessageId) {
    private static final int VERSION = 1;

    Reservation {
        counters = List.copyOf(counters);
    }

    Reservation sending(long now, long deadline) {
        return new Reservation(
                ReservationState.SENDING,
                fence,
                deadline,
                messageExpiresMillis,
                now,
                false,
                units,
                counters,
                "");
    }

    Reservation until(long deadline) {
        return new Reservation(
                state,
                fence,
                deadline,
                messageExpiresMillis,
                sendingSinceMillis,
                timedOut,
                units,
                counters,
                providerMessageId);
    }

    Reservation over(ReservationState end, long millis, boolean byItself, String messageId) {
        return new Reservation(
                end,
                fence,
                millis,
                messageExpiresMillis,
                sendingSinceMillis,
                byItself,
                units,
                counters,
                messageId);
    }

    Reply.Standing standing(ReservationId id) {
        return new Reply.Standing(
                id,
                state,
                fence,
                deadlineMillis,
                timedOut && state == ReservationState.COMMITTED,
                providerMessageId);
    }

    byte[] encode() {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeByte(state.code());
        out.writeCount(fence);
        out.writeSigned(deadlineMillis);
        out.writeSigned(messageExpiresMillis);
        out.writeSigned(sendingSinceMillis);
        out.writeByte(timedOut ? 1 : 0);
        out.writeCount(units);
        out.writeCount(counters.size());
        counters.forEach(out::writeText);
        out.writeText(providerMessageId);
        return out.finish();
    }

    static Reservation decode(byte[] row, ReservationId id) {
        RecordReader in = new RecordReader(row, VERSION, "reservation " + id);
        ReservationState state = ReservationState.read(in);
        long fence = in.readCount();
        long deadline = in.readSigned();
        long messageExpires = in.readSigned();
        long sendingSince = in.readSigned();
        boolean timedOut = in.readByte() == 1;
        int units = (int) in.readCount();
        List<String> counters = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            counters.add(in.readText());
        }
        Reservation reservation =
                new Reservation(
                        state,
                        fence,
                        deadline,
                        messageExpires,
                        sendingSince,
                        timedOut,
                        units,
                        counters,
                        in.readText());
        in.finish();
        return reservation;
    }
}
