package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import org.jspecify.annotations.Nullable;

/// Up to when messages may have been sent that these rows do not know of, and the first epoch that knows all of its own.
record SealMark(long millis, long epoch) {
    static final SealMark NONE = new SealMark(Long.MIN_VALUE / 2, 0);

    private static final int VERSION = 1;

    byte[] encode() {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeSigned(millis);
        out.writeCount(epoch);
        return out.finish();
    }

    static SealMark decode(byte @Nullable [] row) {
        if (row == null) {
            return NONE;
        }
        RecordReader in = new RecordReader(row, VERSION, "seal");
        SealMark mark = new SealMark(in.readSigned(), in.readCount());
        in.finish();
        return mark;
    }
}
