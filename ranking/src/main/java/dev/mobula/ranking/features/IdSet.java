package dev.mobula.ranking.features;

import java.util.Arrays;

/// A reusable set of ids for one request: clearing it costs nothing, adding allocates nothing.
final class IdSet {
    private final long[] keys;
    private final int[] rounds;
    private int round;

    IdSet(int idsMax) {
        int capacity = Integer.highestOneBit(Math.max(4, idsMax)) << 2;
        keys = new long[capacity];
        rounds = new int[capacity];
    }

    void clear() {
        if (++round == 0) {
            Arrays.fill(rounds, 0);
            round = 1;
        }
    }

    /// False when the id was there already.
    boolean add(long id) {
        int mask = keys.length - 1;
        int at = (int) FeatureHash.mix(id) & mask;
        while (rounds[at] == round) {
            if (keys[at] == id) {
                return false;
            }
            at = (at + 1) & mask;
        }
        keys[at] = id;
        rounds[at] = round;
        return true;
    }
}
