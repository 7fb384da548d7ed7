package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;

/// Where a reservation stands. Only one that is released counts nowhere.
public enum ReservationState {
    RESERVED(1),
    SENDING(2),
    COMMITTED(3),
    RELEASED(4);

    private final int code;

    ReservationState(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static ReservationState read(RecordReader in) {
        int code = in.readByte();
        for (ReservationState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw in.corrupt("state " + code);
    }
}
