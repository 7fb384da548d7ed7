package dev.mobula.ranking.notify.decision;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// Where the global budgets lie among the prices: one row for each type, campaign, channel, segment, channel and hour, and
/// one for complaints.
///
/// A complaint row bounds a rate: a message costs the amount by which its chance of a complaint exceeds the target.
public record Rows(int types, int campaigns, int channels, int segments) {
    public static final int HOURS = 24;

    /// The complaints per message that mail providers ask senders to stay below.
    public static final double COMPLAINT_TARGET = 0.0008;

    private static final int ROWS_MAX = 1 << 20;

    public Rows {
        if (types < 0 || campaigns < 0 || channels < 1 || channels > 8 || segments < 1) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "rows: types=%d campaigns=%d channels=%d (1..8) segments=%d"
                            .formatted(types, campaigns, channels, segments));
        }
        long rows = (long) types + campaigns + segments + channels * (HOURS + 1L) + 1;
        if (rows > ROWS_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "rows=" + rows + ": at most " + ROWS_MAX);
        }
    }

    public int count() {
        return complaint() + 1;
    }

    public int type(int type) {
        return type;
    }

    public int campaign(int campaign) {
        return types + campaign;
    }

    public int channel(int channel) {
        return types + campaigns + channel;
    }

    public int segment(int segment) {
        return types + campaigns + channels + segment;
    }

    public int hour(int channel, int hourOfDay) {
        return types + campaigns + channels + segments + channel * HOURS + hourOfDay;
    }

    public int complaint() {
        return types + campaigns + channels + segments + channels * HOURS;
    }
}
