package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;

/// One message that counts: reserved, being sent, or sent. Every counter is a sum over these.
///
/// @param atMillis when it was or is to be sent; the time it counts at
/// @param dayStartMillis the start of the day's window that was debited
/// @param channelOnly the repetition of a message that counts already: only the channel's counters see it
/// @param floating its window moved with the user's zone and had no room: it counts nowhere until it is begun
/// @param deadlineMillis when it ends by itself; `Long.MAX_VALUE` once it is committed
/// @param groupUntilMillis until when it keeps its group to itself
record Unit(
        long serial,
        long atMillis,
        long dayStartMillis,
        int units,
        Channel channel,
        String type,
        Priority priority,
        String group,
        boolean channelOnly,
        boolean floating,
        ReservationState state,
        long deadlineMillis,
        long groupUntilMillis) {
    private static final int CHANNEL_ONLY = 1;
    private static final int FLOATING = 2;

    Unit numbered(long newSerial) {
        return new Unit(
                newSerial,
                atMillis,
                dayStartMillis,
                units,
                channel,
                type,
                priority,
                group,
                channelOnly,
                floating,
                state,
                deadlineMillis,
                groupUntilMillis);
    }

    Unit becoming(ReservationState next, long deadline) {
        return new Unit(
                serial,
                atMillis,
                dayStartMillis,
                units,
                channel,
                type,
                priority,
                group,
                channelOnly,
                floating,
                next,
                deadline,
                groupUntilMillis);
    }

    Unit debitedAt(long millis, long dayStart) {
        return placed(millis, dayStart, false);
    }

    Unit afloat() {
        return placed(atMillis, dayStartMillis, true);
    }

    private Unit placed(long millis, long dayStart, boolean afloat) {
        return new Unit(
                serial,
                millis,
                dayStart,
                units,
                channel,
                type,
                priority,
                group,
                channelOnly,
                afloat,
                state,
                deadlineMillis,
                groupUntilMillis);
    }

    void write(RecordWriter out) {
        out.writeCount(serial);
        out.writeSigned(atMillis);
        out.writeSigned(atMillis - dayStartMillis);
        out.writeCount(units);
        out.writeByte(channel.code());
        out.writeText(type);
        out.writeByte(priority.code());
        out.writeText(group);
        out.writeByte((channelOnly ? CHANNEL_ONLY : 0) | (floating ? FLOATING : 0));
        out.writeByte(state.code());
        out.writeSigned(deadlineMillis);
        out.writeSigned(groupUntilMillis);
    }

    static Unit read(RecordReader in) {
        long serial = in.readCount();
        long at = in.readSigned();
        long dayStart = at - in.readSigned();
        int units = (int) in.readCount();
        Channel channel = Channel.of(in.readByte());
        String type = in.readText();
        Priority priority = Priority.of(in.readByte());
        String group = in.readText();
        int flags = in.readByte();
        ReservationState state = ReservationState.read(in);
        return new Unit(
                serial,
                at,
                dayStart,
                units,
                channel,
                type,
                priority,
                group,
                (flags & CHANNEL_ONLY) != 0,
                (flags & FLOATING) != 0,
                state,
                in.readSigned(),
                in.readSigned());
    }
}
