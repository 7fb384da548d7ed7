package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;

/// What became of a message.
public enum OutcomeKind {
    DELIVERED(1),
    OPENED(2),
    DISMISSED(3),
    CONVERTED(4),
    /// The person turned messages of this kind off.
    DISABLED(5),
    COMPLAINED(6);

    private final int code;

    OutcomeKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static OutcomeKind read(RecordReader in) {
        int code = in.readByte();
        for (OutcomeKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw in.corrupt("outcome " + code);
    }
}
