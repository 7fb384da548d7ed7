package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.Duration;

/// When a digest is cut, and what goes into it.
///
/// @param cutMinute the local minute of the day at which it is cut; -1 for none
/// @param maxWaitMillis the longest its first item waits
/// @param itemsMax the most items of a message, the best by value
/// @param itemsMin fewer than these wait for one more window
/// @param sendsBelow whether too few items are sent at last, or dropped
public record DigestPlan(
        int cutMinute, long maxWaitMillis, int itemsMax, int itemsMin, boolean sendsBelow) {
    static final int ITEMS_MAX = 256;

    public DigestPlan {
        Names.between("digest cutMinute", cutMinute, -1, 24 * 60 - 1);
        Names.between("digest maxWaitMillis", maxWaitMillis, 1, Duration.ofDays(7).toMillis());
        Names.between("digest itemsMax", itemsMax, 1, ITEMS_MAX);
        Names.between("digest itemsMin", itemsMin, 1, itemsMax);
    }

    void write(RecordWriter out) {
        out.writeSigned(cutMinute);
        out.writeCount(maxWaitMillis);
        out.writeCount(itemsMax);
        out.writeCount(itemsMin);
        out.writeByte(sendsBelow ? 1 : 0);
    }

    static DigestPlan read(RecordReader in) {
        return new DigestPlan(
                (int) in.readSigned(),
                in.readCount(),
                (int) in.readCount(),
                (int) in.readCount(),
                in.readByte() == 1);
    }
}
