package dev.mobula.retrieval.campaign;

import java.util.Arrays;

/// The set of a text's sequences of five characters, as sorted hashes.
public final class Shingles {
    /// Characters of a shingle. A shorter text is one shingle.
    public static final int LENGTH = 5;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private Shingles() {}

    /// Sorted, each once. Empty for an empty text.
    public static long[] of(CharSequence text) {
        int length = text.length();
        if (length == 0) {
            return new long[0];
        }
        int count = Math.max(1, length - LENGTH + 1);
        long[] hashes = new long[count];
        for (int from = 0; from < count; from++) {
            long hash = 0;
            int end = Math.min(length, from + LENGTH);
            for (int at = from; at < end; at++) {
                hash = (hash ^ text.charAt(at)) * MULTIPLIER;
                hash ^= hash >>> 29;
            }
            hashes[from] = hash;
        }
        Arrays.sort(hashes);
        int distinct = 1;
        for (int i = 1; i < count; i++) {
            if (hashes[i] != hashes[distinct - 1]) {
                hashes[distinct++] = hashes[i];
            }
        }
        return Arrays.copyOf(hashes, distinct);
    }

    /// What two sets share, of what either has; 0 for two empty ones.
    public static double jaccard(long[] a, long[] b) {
        int shared = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            if (a[i] == b[j]) {
                shared++;
                i++;
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        int either = a.length + b.length - shared;
        return either == 0 ? 0 : (double) shared / either;
    }
}
