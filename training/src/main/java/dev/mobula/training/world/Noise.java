package dev.mobula.training.world;

/// A stream of seeded numbers, the same on every machine: SplitMix64, and strict arithmetic on top of it.
///
/// A stream is named by a key; what one entity draws does not move when another draws more.
final class Noise {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    Noise(long key) {
        state = key;
    }

    /// Begins the stream of another key.
    void restart(long key) {
        state = key;
    }

    /// The key of a part of what this key names.
    static long key(long key, long part) {
        return mix(key + GOLDEN * (part + 1));
    }

    static long mix(long value) {
        long x = value;
        x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    long next() {
        state += GOLDEN;
        return mix(state);
    }

    /// In 0..1, without 1.
    double uniform() {
        return (next() >>> 11) * UNIT;
    }

    boolean chance(double probability) {
        return uniform() < probability;
    }

    int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /// Mean 1.
    double exponential() {
        return -StrictMath.log(1 - uniform());
    }

    /// Mean 0, variance 1, by Box and Muller.
    double gaussian() {
        double length = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
        return length * StrictMath.cos(2 * Math.PI * uniform());
    }

    /// The place of a uniform draw among ascending cumulative weights.
    int among(double[] cumulated, int from, int to) {
        double least = from == 0 ? 0 : cumulated[from - 1];
        double drawn = least + uniform() * (cumulated[to - 1] - least);
        int low = from;
        int high = to - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulated[middle] > drawn) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
