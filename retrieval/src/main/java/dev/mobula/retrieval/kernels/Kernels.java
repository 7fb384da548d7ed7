package dev.mobula.retrieval.kernels;

import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The arithmetic that every search and every build spends its time in.
///
/// Lengths are multiples of [#PADDING] so that no kernel has a tail: rows are padded with zeros, which change neither
/// a dot product nor a distance. Rows live in a [MemorySegment] at byte offsets; queries are heap arrays.
/// Keep the result of [#best()] in a `static final` field: the compiler then sees the exact class and inlines it.
public abstract sealed class Kernels permits ScalarKernels, SimdKernels {
    /// Every length is a multiple of this many elements.
    public static final int PADDING = 16;

    /// Rows whose four-bit codes are summed together.
    public static final int BLOCK_ROWS = 32;

    Kernels() {}

    /// The fastest kernels that this processor and this virtual machine can run, picked once.
    public static Kernels best() {
        return Choice.BEST;
    }

    /// Name with lanes, as recorded beside every measurement: `simd-512`, `scalar`.
    public abstract String name();

    public abstract float dot(float[] query, MemorySegment rows, long offset, int length);

    /// Four rows against one query: `out[at]` to `out[at + 3]`.
    public abstract void dot4(
            float[] query,
            MemorySegment rows,
            long offset0,
            long offset1,
            long offset2,
            long offset3,
            int length,
            float[] out,
            int at);

    public abstract float dot(MemorySegment rows, long offsetA, long offsetB, int length);

    public abstract float dot(float[] a, int fromA, float[] b, int fromB, int length);

    public abstract float squaredDistance(
            float[] query, MemorySegment rows, long offset, int length);

    public abstract float squaredDistance(
            MemorySegment rows, long offsetA, long offsetB, int length);

    public abstract float squaredDistance(float[] a, int fromA, float[] b, int fromB, int length);

    /// Dot product of a float query with int8 codes: the query is not quantised, so only the row carries an error.
    public abstract float dotCodes(float[] query, MemorySegment codes, long offset, int length);

    /// Four rows of codes against one query: `out[at]` to `out[at + 3]`.
    public abstract void dotCodes4(
            float[] query,
            MemorySegment codes,
            long offset0,
            long offset1,
            long offset2,
            long offset3,
            int length,
            float[] out,
            int at);

    /// Dot products of a query with every row of blocks that hold sixteen rows each, value by value:
    /// `out[16 * block + i]` for row `i` of a block.
    public abstract void dotBlocks(
            float[] query, MemorySegment rows, long offset, int length, int blocks, float[] out);

    /// Products of each pair of a query's values with the sixteen points of its plane: `products[16 * plane + i]`,
    /// and the least and the largest of each plane.
    ///
    /// @param points for each plane sixteen first coordinates, then sixteen second ones
    public abstract void planeProducts(
            float[] query,
            float[] points,
            int planes,
            float[] products,
            float[] lows,
            float[] highs);

    /// For each of [#BLOCK_ROWS] rows the sum of one table entry per four-bit code; returns a bit for each row whose
    /// sum is above the threshold. When no bit is set, `sums` may be left as it was.
    ///
    /// A table holds 16 entries of 0..127, and no sum may exceed [Short#MAX_VALUE]. A block of codes holds 16 bytes per
    /// table: byte `2 i` has the codes of rows `i` (low bits) and `16 + i`, byte `2 i + 1` those of `8 + i` and `24 + i`.
    ///
    /// @param tables a multiple of eight tables, one after the other
    public abstract int sumCodes(
            MemorySegment codes, long offset, byte[] tables, int threshold, short[] sums);

    /// How many of the first `length` values are at least the bound; `length` is padded.
    public abstract int countAtLeast(float[] values, int length, float bound);

    /// The places of the values that are at least the bound, in order, and how many there are; `length` is padded.
    public abstract int placesAtLeast(float[] values, int length, float bound, int[] places);

    /// The largest of the first `length` values; `length` is padded.
    public abstract float largest(float[] values, int length);

    /// The smallest of the first `length` values; `length` is padded.
    public abstract float smallest(float[] values, int length);

    /// Cosine of the angle between two vectors; 0 when either has no length.
    public final float cosine(float[] a, int fromA, float[] b, int fromB, int length) {
        double lengths =
                Math.sqrt(
                        (double) dot(a, fromA, a, fromA, length) * dot(b, fromB, b, fromB, length));
        return lengths == 0 ? 0f : (float) (dot(a, fromA, b, fromB, length) / lengths);
    }

    /// The smallest padded length that holds `dimension` elements.
    public static int padded(int dimension) {
        return (dimension + PADDING - 1) & -PADDING;
    }

    /* Apart from the base class, so that naming Kernels does not load the Vector API. */
    private static final class Choice {
        private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
        private static final Kernels BEST = choose();

        private static Kernels choose() {
            if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                LOG.warn("kernels: scalar, because --add-modules=jdk.incubator.vector is missing");
                return new ScalarKernels();
            }
            if (!SimdKernels.isSupported()) {
                LOG.warn("kernels: scalar, because the processor has no vectors of 128 bits");
                return new ScalarKernels();
            }
            Kernels simd = new SimdKernels();
            LOG.info("kernels: {}", simd.name());
            return simd;
        }
    }
}
