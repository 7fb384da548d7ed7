package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Arrays;

/*
 * Sequences of 2 to 5 characters within words, with the blank at either side, and words and pairs of words are hashed into two ranges of buckets. Counts are kept in an array as long as there are buckets and cleared through the
 * list of those touched, so that nothing is allocated or sorted per text.
 */
/// The n-grams of one text after another, as counted buckets. One thread at a time.
public final class Ngrams {
    /// Sizes allowed for the characters' range, as powers of two; the words' range is a quarter of it.
    public static final int BITS_MIN = 10;

    public static final int BITS_MAX = 24;

    private static final int SHORTEST = 2;
    private static final int LONGEST = 5;
    private static final int MULTIPLIER = 0x01000193;
    private static final int ONE_WORD = 0x5bd1e995;
    private static final int TWO_WORDS = 0x2545F491;

    private final int bits;
    private final int[] counts;
    private int[] touched = new int[1024];
    private int size;
    private int chars;

    public Ngrams(int bits) {
        if (bits < BITS_MIN || bits > BITS_MAX) {
            throw new RankingException(
                    Code.INVALID_MODEL, "bits=" + bits + ", must be " + BITS_MIN + ".." + BITS_MAX);
        }
        this.bits = bits;
        this.counts = new int[buckets(bits)];
    }

    /// How many buckets both ranges have.
    public static int buckets(int bits) {
        return (1 << bits) + (1 << (bits - 2));
    }

    /// Counts a canonical text; what was counted before is forgotten.
    public void read(CharSequence text) {
        for (int i = 0; i < size; i++) {
            counts[touched[i]] = 0;
        }
        size = 0;
        characters(text);
        chars = size;
        words(text);
    }

    private void characters(CharSequence text) {
        int length = text.length();
        int shift = Integer.SIZE - bits;
        for (int from = -1; from < length; from++) {
            int hash = 0;
            int end = Math.min(from + LONGEST, length + 1);
            for (int at = from; at < end; at++) {
                char next = at < 0 || at >= length ? ' ' : text.charAt(at);
                hash = (hash ^ next) * MULTIPLIER;
                int gram = at - from + 1;
                if (gram >= SHORTEST) {
                    count(mix(hash + gram) >>> shift);
                }
                if (next == ' ' && at > from) {
                    break;
                }
            }
        }
    }

    private void words(CharSequence text) {
        int length = text.length();
        int base = 1 << bits;
        int shift = Integer.SIZE - bits + 2;
        int before = 0;
        for (int at = 0; at < length; ) {
            if (text.charAt(at) == ' ') {
                at++;
                continue;
            }
            int hash = text.charAt(at) * MULTIPLIER;
            boolean word = isWord(text.charAt(at));
            at++;
            while (word && at < length && isWord(text.charAt(at))) {
                hash = (hash ^ text.charAt(at++)) * MULTIPLIER;
            }
            count(base + (mix(hash ^ ONE_WORD) >>> shift));
            count(base + (mix(before * MULTIPLIER + hash ^ TWO_WORDS) >>> shift));
            before = hash;
        }
    }

    private static boolean isWord(char c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '\'';
        }
        return Character.isLetterOrDigit(c);
    }

    private static int mix(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }

    private void count(int bucket) {
        if (counts[bucket]++ == 0) {
            if (size == touched.length) {
                touched = Arrays.copyOf(touched, size * 2);
            }
            touched[size++] = bucket;
        }
    }

    /// The size of the characters' range, as a power of two.
    public int bits() {
        return bits;
    }

    /// The bucket of a smaller table that this place's bucket falls into.
    public int coarse(int index, int fewerBits) {
        int bucket = touched[index];
        int base = 1 << bits;
        int less = bits - fewerBits;
        return bucket < base ? bucket >> less : (1 << fewerBits) + ((bucket - base) >> less);
    }

    /// How many different buckets the text has.
    public int size() {
        return size;
    }

    /// How many of them, the first ones, are of characters; the others are of words.
    public int chars() {
        return chars;
    }

    public int bucket(int index) {
        return touched[index];
    }

    /// How often the text has the bucket, on a scale that grows with the logarithm.
    public float weight(int index) {
        int count = counts[touched[index]];
        return count < LOGARITHMS.length ? LOGARITHMS[count] : 1 + (float) Math.log(count);
    }

    private static final float[] LOGARITHMS = new float[64];

    static {
        for (int i = 1; i < LOGARITHMS.length; i++) {
            LOGARITHMS[i] = 1 + (float) Math.log(i);
        }
    }
}
