package dev.mobula.retrieval.campaign;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.SplittableRandom;

/*
 * For each of bands * rows seeded functions the least value over the set: two sets agree on one with the probability of
 * their Jaccard similarity s, on a whole band with s^rows, on at least one band with 1 - (1 - s^rows)^bands. Bands are
 * looked up by equality, so candidates cost a table look-up each. 32 bands of 4 rows find 99 % of the pairs at s = .6
 * and 2.5 % of those at .17; 16 bands of 8 find only a quarter at .6 (MinHashTest measures it).
 *
 * Broder, On the resemblance and containment of documents, 1997.
 */
/// Signatures of sets, cut into bands, so that similar sets meet under equal keys.
public final class MinHash {
    private static final int FUNCTIONS_MAX = 1_024;

    private final int bands;
    private final int rows;
    private final long[] multipliers;
    private final long[] offsets;

    public MinHash(int bands, int rows, long seed) {
        if (bands < 1 || rows < 1 || (long) bands * rows > FUNCTIONS_MAX) {
            throw invalid("bands x rows", bands + " x " + rows, "must be 1.." + FUNCTIONS_MAX);
        }
        this.bands = bands;
        this.rows = rows;
        SplittableRandom random = new SplittableRandom(seed);
        multipliers = random.longs((long) bands * rows).map(value -> value | 1).toArray();
        offsets = random.longs((long) bands * rows).toArray();
    }

    /// Finds 99 % of the pairs that share six tenths of what either has.
    public static MinHash usual() {
        return new MinHash(32, 4, 42);
    }

    public int bands() {
        return bands;
    }

    /// One key per band; keys of different bands never mean the same.
    public long[] keys(long[] shingles) {
        long[] keys = new long[bands];
        for (int band = 0; band < bands; band++) {
            long key = band + 1L;
            for (int row = 0; row < rows; row++) {
                long multiplier = multipliers[band * rows + row];
                long offset = offsets[band * rows + row];
                long least = Long.MAX_VALUE;
                for (long shingle : shingles) {
                    long value = shingle * multiplier + offset;
                    value ^= value >>> 32;
                    value *= multiplier;
                    least = Math.min(least, value);
                }
                key = (key ^ least) * 0x9E3779B97F4A7C15L;
                key ^= key >>> 31;
            }
            keys[band] = key;
        }
        return keys;
    }
}
