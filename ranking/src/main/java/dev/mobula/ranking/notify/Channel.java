package dev.mobula.ranking.notify;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// The way a message reaches a person.
public enum Channel {
    PUSH(1),
    EMAIL(2),
    IN_APP(3),
    SMS(4),
    WEB(5);

    private final int code;

    Channel(int code) {
        this.code = code;
    }

    /// The number it is stored as.
    public int code() {
        return code;
    }

    /// The channel stored as this number.
    public static Channel of(int code) {
        for (Channel channel : values()) {
            if (channel.code == code) {
                return channel;
            }
        }
        throw new RankingException(Code.CORRUPT_FILE, "channel " + code);
    }
}
