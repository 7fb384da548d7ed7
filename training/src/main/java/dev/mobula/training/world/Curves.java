package dev.mobula.training.world;

/// The logistic curve and the halving curve of the world, from tables.
///
/// They are interpolated, and the interpolation is the definition: the same bits everywhere, monotone, within 0..1.
final class Curves {
    private static final int LOGIT_MAX = 16;
    private static final int PER_UNIT = 64;
    private static final int HALVINGS_MAX = 24;
    private static final double[] LOGISTIC = logisticTable();
    private static final double[] HALVING = halvingTable();

    private Curves() {}

    private static double[] logisticTable() {
        double[] table = new double[2 * LOGIT_MAX * PER_UNIT + 2];
        for (int i = 0; i < table.length; i++) {
            double logit = (double) i / PER_UNIT - LOGIT_MAX;
            table[i] = 1 / (1 + StrictMath.exp(-logit));
        }
        return table;
    }

    private static double[] halvingTable() {
        double[] table = new double[HALVINGS_MAX * PER_UNIT + 2];
        for (int i = 0; i < table.length; i++) {
            table[i] = StrictMath.pow(.5, (double) i / PER_UNIT);
        }
        return table;
    }

    /// A probability from a logit.
    static double logistic(double logit) {
        double at = (Math.clamp(logit, -LOGIT_MAX, LOGIT_MAX) + LOGIT_MAX) * PER_UNIT;
        return interpolated(LOGISTIC, at);
    }

    /// What is left after so many halvings.
    static double halved(double halvings) {
        return interpolated(HALVING, Math.clamp(halvings, 0, HALVINGS_MAX) * PER_UNIT);
    }

    private static double interpolated(double[] table, double at) {
        int cell = (int) at;
        double share = at - cell;
        return table[cell] + share * (table[cell + 1] - table[cell]);
    }
}
