package dev.mobula.retrieval.vectors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/*
 * One scale per row: scale = max|x| / 127, code = round(x / scale). The error of one value is at most scale / 2, so
 * that of a dot product with a query q at most scale / 2 * |q|_1, and in practice about its square root's share of
 * it, since the errors are independent. The query stays in floats.
 */

/// Writes float vectors as int8 codes with one scale per row.
public final class Int8Rows {
    private static final float CODE_MAX = 127f;

    private Int8Rows() {}

    /// Writes the codes of a vector and returns the scale that turns them back: `value ≈ code * scale`.
    public static float encode(float[] vector, int dimension, MemorySegment codes, long offset) {
        float largest = 0;
        for (int i = 0; i < dimension; i++) {
            largest = Math.max(largest, Math.abs(vector[i]));
        }
        if (largest == 0) {
            codes.asSlice(offset, dimension).fill((byte) 0);
            return 0;
        }
        float toCode = CODE_MAX / largest;
        if (!Float.isFinite(toCode)) {
            return encodeTiny(vector, dimension, codes, offset, largest);
        }
        for (int i = 0; i < dimension; i++) {
            codes.set(JAVA_BYTE, offset + i, (byte) Math.round(vector[i] * toCode));
        }
        return largest / CODE_MAX;
    }

    /* The largest value is so small that its reciprocal overflows a float. */
    private static float encodeTiny(
            float[] vector, int dimension, MemorySegment codes, long offset, float largest) {
        double toCode = CODE_MAX / (double) largest;
        for (int i = 0; i < dimension; i++) {
            codes.set(JAVA_BYTE, offset + i, (byte) Math.round(vector[i] * toCode));
        }
        return largest / CODE_MAX;
    }
}
