package dev.mobula.cluster.evaluate.safety;

/// How readily each of several classes is said: what is added to its log odds before the largest is taken.
final class Shifts {
    private static final int ROUNDS = 4;
    private static final double REACH = 3;
    private static final double GRID = .1;

    private Shifts() {}

    /// The shifts of greatest macro-F1, one class after another.
    static double[] choose(double[][] odds, int[] truth) {
        int classes = odds.length == 0 ? 0 : odds[0].length;
        double[] shifts = new double[classes];
        double most = value(odds, truth, shifts);
        for (int round = 0; round < ROUNDS; round++) {
            for (int one = 0; one < classes; one++) {
                double kept = shifts[one];
                for (double shift = -REACH; shift <= REACH; shift += GRID) {
                    shifts[one] = shift;
                    double value = value(odds, truth, shifts);
                    if (value > most) {
                        most = value;
                        kept = shift;
                    }
                }
                shifts[one] = kept;
            }
        }
        return shifts;
    }

    private static double value(double[][] odds, int[] truth, double[] shifts) {
        int[] said = new int[odds.length];
        for (int i = 0; i < said.length; i++) {
            said[i] = best(odds[i], shifts);
        }
        return Scores.macroF1(truth, said, shifts.length);
    }

    static int best(double[] odds, double[] shifts) {
        int best = 0;
        for (int i = 1; i < odds.length; i++) {
            best = odds[i] + shifts[i] > odds[best] + shifts[best] ? i : best;
        }
        return best;
    }
}
