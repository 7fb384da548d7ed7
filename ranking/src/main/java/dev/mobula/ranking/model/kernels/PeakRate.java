package dev.mobula.ranking.model.kernels;

import java.util.Arrays;
import java.util.function.LongSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The most 32-bit multiply-adds that one core does, measured by a loop that touches nothing but registers.
///
/// No kernel in that arithmetic is faster, whoever wrote it: a core may have 512-bit registers and work through them in
/// two halves, which no flag of the processor tells.
public final class PeakRate {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int WARM_UP_ROUNDS = 100;
    private static final int ROUNDS = 50_000;
    private static final int RUNS_MAX = 1 << 14;

    private PeakRate() {}

    /// Billions of multiply-adds a second: the fastest tenth of the runs that fit into the second half of the time given.
    /// In the first half, short runs get the loop compiled.
    public static double gigaMultiplyAdds(LongSupplier nanoClock, long budgetNanos) {
        long begin = nanoClock.getAsLong();
        float kept = 0;
        while (nanoClock.getAsLong() - begin < budgetNanos / 2) {
            kept += chains(WARM_UP_ROUNDS, 1e-3f);
        }
        long[] taken = new long[RUNS_MAX];
        int runs = 0;
        long start;
        do {
            start = nanoClock.getAsLong();
            kept += chains(ROUNDS, 1e-3f);
            taken[runs++] = Math.max(1, nanoClock.getAsLong() - start);
        } while (start - begin < budgetNanos && runs < RUNS_MAX);
        Arrays.sort(taken, 0, runs);
        double rate = (double) ROUNDS * CHAINS * S.length() / taken[runs / 10];
        return Float.isNaN(kept) ? Double.NaN : rate;
    }

    /// Independent chains, enough to hide the latency of every core there is.
    private static float chains(int rounds, float seed) {
        FloatVector x = FloatVector.broadcast(S, seed);
        FloatVector y = FloatVector.broadcast(S, 1f - seed);
        FloatVector c0 = x;
        FloatVector c1 = x;
        FloatVector c2 = x;
        FloatVector c3 = x;
        FloatVector c4 = x;
        FloatVector c5 = x;
        FloatVector c6 = x;
        FloatVector c7 = x;
        FloatVector c8 = x;
        FloatVector c9 = x;
        FloatVector c10 = x;
        FloatVector c11 = x;
        for (int i = 0; i < rounds; i++) {
            c0 = x.fma(y, c0);
            c1 = x.fma(y, c1);
            c2 = x.fma(y, c2);
            c3 = x.fma(y, c3);
            c4 = x.fma(y, c4);
            c5 = x.fma(y, c5);
            c6 = x.fma(y, c6);
            c7 = x.fma(y, c7);
            c8 = x.fma(y, c8);
            c9 = x.fma(y, c9);
            c10 = x.fma(y, c10);
            c11 = x.fma(y, c11);
        }
        FloatVector low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        FloatVector high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
