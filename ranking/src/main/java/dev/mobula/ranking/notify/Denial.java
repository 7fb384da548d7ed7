package dev.mobula.ranking.notify;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// Why a message may not be sent: an answer, not an error.
public enum Denial {
    USER_DAY_CAP(1),
    USER_WEEK_CAP(2),
    USER_ROLLING_CAP(3),
    CHANNEL_CAP(4),
    TYPE_FATIGUE(5),
    MIN_GAP(6),
    QUIET_HOURS(7),
    OPTED_OUT(8),
    UNREACHABLE(9),
    CAMPAIGN_EXHAUSTED(10),
    PACED(11),
    BELOW_PRICE(12),
    DUPLICATE(13),
    HOLDOUT(14);

    private final int code;

    Denial(int code) {
        this.code = code;
    }

    /// The number it is stored as.
    public int code() {
        return code;
    }

    /// The denial stored as this number.
    public static Denial of(int code) {
        for (Denial denial : values()) {
            if (denial.code == code) {
                return denial;
            }
        }
        throw new RankingException(Code.CORRUPT_FILE, "denial " + code);
    }
}
