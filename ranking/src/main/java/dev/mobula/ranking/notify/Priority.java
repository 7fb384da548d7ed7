package dev.mobula.ranking.notify;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// How much a message may set itself above budgets, prices and quiet hours.
public enum Priority {
    /// Passes caps, prices, quiet hours and digests; counted as debt, under a cap of its own.
    CRITICAL(1),
    /// Passes prices and digests; obeys quiet hours and caps, one of its own among them.
    HIGH(2),
    NORMAL(3),
    LOW(4);

    private final int code;

    Priority(int code) {
        this.code = code;
    }

    /// The number it is stored as.
    public int code() {
        return code;
    }

    /// The priority stored as this number.
    public static Priority of(int code) {
        for (Priority priority : values()) {
            if (priority.code == code) {
                return priority;
            }
        }
        throw new RankingException(Code.CORRUPT_FILE, "priority " + code);
    }
}
