package dev.mobula.ranking.notify.decision;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// What one unit of each global budget costs, in units of value; a price of 0 is a budget that does not bind.
///
/// Prices that are not finite, negative or beyond the bound are refused: a wrong price must not stop a whole system, and
/// the last good ones go on.
public final class Prices {
    private final long version;
    private final double[] byRow;

    private Prices(long version, double[] byRow) {
        this.version = version;
        this.byRow = byRow;
    }

    /// Copies and checks prices.
    ///
    /// @param bound the highest price that can make sense: the value of the best message there is
    public static Prices of(long version, Rows rows, double[] byRow, double bound) {
        if (byRow.length != rows.count()) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "prices=" + byRow.length + ": there are " + rows.count() + " rows");
        }
        for (int row = 0; row < byRow.length; row++) {
            double limit = row == rows.complaint() ? bound / Rows.COMPLAINT_TARGET : bound;
            if (!(byRow[row] >= 0 && byRow[row] <= limit)) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "price[" + row + "]=" + byRow[row] + ": must be 0 to " + limit);
            }
        }
        return new Prices(version, byRow.clone());
    }

    /// No budget costs anything.
    public static Prices free(Rows rows) {
        return new Prices(0, new double[rows.count()]);
    }

    public long version() {
        return version;
    }

    public double at(int row) {
        return byRow[row];
    }
}
