package dev.mobula.retrieval.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/*
 * The species are what the virtual machine prefers on this processor: 512 bits with AVX-512, 256 with AVX2, 128
 * on NEON and SSE. They are static finals of this class, set once when it is loaded, so C2 treats them as constants;
 * a species wider than the processor's would be emulated lane by lane, hundreds of times slower.
 *
 * Codes are widened in registers: one load of bytes gives PARTS vectors of floats (one, except at 128 bits, where the
 * smallest byte vector of 64 bits holds two).
 *
 * Four-bit codes are looked up sixteen at a time by one byte shuffle [1] of 128 bits, which is one instruction on every
 * processor; where one of 512 bits is one too, WideShuffles takes over. Entries of two tables are added as bytes,
 * which hold 2 x 127, and then as pairs of bytes: the pairs' sums, and the high bytes' sums, which give the low bytes'.
 *
 * [1] Andre, Kermarrec, Le Scouarnec: Cache locality is not enough: high-performance nearest neighbor search with
 *     product quantization fast scan, VLDB 2015.
 */

/// The kernels on the Vector API, as wide as the processor.
final class SimdKernels extends Kernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(
                    byte.class, VectorShape.forBitSize(Math.clamp(LANES * 8L, 64, PADDING * 8)));
    private static final int PARTS = BYTES.length() / LANES;
    private static final VectorSpecies<Byte> TABLE = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SUMS = ShortVector.SPECIES_128;
    private static final int TABLE_BYTES = TABLE.length();
    private static final boolean SHUFFLES_WIDE = LANES == PADDING && WideShuffles.areInstructions();
    private static final int SUM_LANES = SUMS.length();

    /// Whether whole vectors fit into the padding: 128 to 512 bits.
    static boolean isSupported() {
        return LANES >= 4 && LANES <= PADDING;
    }

    @Override
    public String name() {
        return "simd-" + FLOATS.vectorBitSize();
    }

    @Override
    public float dot(float[] query, MemorySegment rows, long offset, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            sum = floats(query, i).fma(floats(rows, offset, i), sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public void dot4(
            float[] query,
            MemorySegment rows,
            long offset0,
            long offset1,
            long offset2,
            long offset3,
            int length,
            float[] out,
            int at) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            FloatVector part = floats(query, i);
            sum0 = part.fma(floats(rows, offset0, i), sum0);
            sum1 = part.fma(floats(rows, offset1, i), sum1);
            sum2 = part.fma(floats(rows, offset2, i), sum2);
            sum3 = part.fma(floats(rows, offset3, i), sum3);
        }
        out[at] = sum0.reduceLanes(ADD);
        out[at + 1] = sum1.reduceLanes(ADD);
        out[at + 2] = sum2.reduceLanes(ADD);
        out[at + 3] = sum3.reduceLanes(ADD);
    }

    @Override
    public float dot(MemorySegment rows, long offsetA, long offsetB, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            sum = floats(rows, offsetA, i).fma(floats(rows, offsetB, i), sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public float dot(float[] a, int fromA, float[] b, int fromB, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            sum = floats(a, fromA + i).fma(floats(b, fromB + i), sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public float squaredDistance(float[] query, MemorySegment rows, long offset, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            FloatVector difference = floats(query, i).sub(floats(rows, offset, i));
            sum = difference.fma(difference, sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public float squaredDistance(MemorySegment rows, long offsetA, long offsetB, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            FloatVector difference = floats(rows, offsetA, i).sub(floats(rows, offsetB, i));
            sum = difference.fma(difference, sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public float squaredDistance(float[] a, int fromA, float[] b, int fromB, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES) {
            FloatVector difference = floats(a, fromA + i).sub(floats(b, fromB + i));
            sum = difference.fma(difference, sum);
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public float dotCodes(float[] query, MemorySegment codes, long offset, int length) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES * PARTS) {
            ByteVector bytes = bytes(codes, offset, i);
            sum = floats(query, i).fma(low(bytes), sum);
            if (PARTS == 2) {
                sum = floats(query, i + LANES).fma(high(bytes), sum);
            }
        }
        return sum.reduceLanes(ADD);
    }

    @Override
    public void dotCodes4(
            float[] query,
            MemorySegment codes,
            long offset0,
            long offset1,
            long offset2,
            long offset3,
            int length,
            float[] out,
            int at) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int i = 0; i < length; i += LANES * PARTS) {
            ByteVector bytes0 = bytes(codes, offset0, i);
            ByteVector bytes1 = bytes(codes, offset1, i);
            ByteVector bytes2 = bytes(codes, offset2, i);
            ByteVector bytes3 = bytes(codes, offset3, i);
            FloatVector piece = floats(query, i);
            sum0 = piece.fma(low(bytes0), sum0);
            sum1 = piece.fma(low(bytes1), sum1);
            sum2 = piece.fma(low(bytes2), sum2);
            sum3 = piece.fma(low(bytes3), sum3);
            if (PARTS == 2) {
                FloatVector next = floats(query, i + LANES);
                sum0 = next.fma(high(bytes0), sum0);
                sum1 = next.fma(high(bytes1), sum1);
                sum2 = next.fma(high(bytes2), sum2);
                sum3 = next.fma(high(bytes3), sum3);
            }
        }
        out[at] = sum0.reduceLanes(ADD);
        out[at + 1] = sum1.reduceLanes(ADD);
        out[at + 2] = sum2.reduceLanes(ADD);
        out[at + 3] = sum3.reduceLanes(ADD);
    }

    @Override
    public void dotBlocks(
            float[] query, MemorySegment rows, long offset, int length, int blocks, float[] out) {
        for (int first = 0; first < blocks * PADDING; first += LANES) {
            long at = offset + 4L * (first / PADDING * length * PADDING + first % PADDING);
            FloatVector sum0 = FloatVector.zero(FLOATS);
            FloatVector sum1 = FloatVector.zero(FLOATS);
            FloatVector sum2 = FloatVector.zero(FLOATS);
            FloatVector sum3 = FloatVector.zero(FLOATS);
            for (int i = 0; i < length; i += 4) {
                sum0 = floats(rows, at, i * PADDING).fma(broadcast(query[i]), sum0);
                sum1 = floats(rows, at, (i + 1) * PADDING).fma(broadcast(query[i + 1]), sum1);
                sum2 = floats(rows, at, (i + 2) * PADDING).fma(broadcast(query[i + 2]), sum2);
                sum3 = floats(rows, at, (i + 3) * PADDING).fma(broadcast(query[i + 3]), sum3);
            }
            sum0.add(sum1).add(sum2.add(sum3)).intoArray(out, first);
        }
    }

    @Override
    public void planeProducts(
            float[] query,
            float[] points,
            int planes,
            float[] products,
            float[] lows,
            float[] highs) {
        for (int plane = 0; plane < planes; plane++) {
            FloatVector x = broadcast(query[2 * plane]);
            FloatVector y = broadcast(query[2 * plane + 1]);
            FloatVector low = broadcast(Float.POSITIVE_INFINITY);
            FloatVector high = broadcast(Float.NEGATIVE_INFINITY);
            for (int i = 0; i < PADDING; i += LANES) {
                int at = 2 * plane * PADDING + i;
                FloatVector product =
                        x.mul(floats(points, at)).add(y.mul(floats(points, at + PADDING)));
                product.intoArray(products, plane * PADDING + i);
                low = low.min(product);
                high = high.max(product);
            }
            lows[plane] = low.reduceLanes(MIN);
            highs[plane] = high.reduceLanes(MAX);
        }
    }

    @Override
    public int sumCodes(
            MemorySegment codes, long offset, byte[] tables, int threshold, short[] sums) {
        return SHUFFLES_WIDE
                ? WideShuffles.sumCodes(codes, offset, tables, threshold, sums)
                : sumCodesNarrow(codes, offset, tables, threshold, sums);
    }

    static int sumCodesNarrow(
            MemorySegment codes, long offset, byte[] tables, int threshold, short[] sums) {
        ShortVector all0 = ShortVector.zero(SUMS);
        ShortVector all1 = ShortVector.zero(SUMS);
        ShortVector odd0 = ShortVector.zero(SUMS);
        ShortVector odd1 = ShortVector.zero(SUMS);
        for (int i = 0; i < tables.length; i += 2 * TABLE_BYTES) {
            ByteVector codesA = tableBytes(codes, offset + i);
            ByteVector codesB = tableBytes(codes, offset + i + TABLE_BYTES);
            ByteVector tableA = ByteVector.fromArray(TABLE, tables, i);
            ByteVector tableB = ByteVector.fromArray(TABLE, tables, i + TABLE_BYTES);
            ShortVector pairs0 = low(codesA, tableA).add(low(codesB, tableB)).reinterpretAsShorts();
            ShortVector pairs1 =
                    high(codesA, tableA).add(high(codesB, tableB)).reinterpretAsShorts();
            all0 = all0.add(pairs0);
            odd0 = odd0.add(pairs0.lanewise(LSHR, Byte.SIZE));
            all1 = all1.add(pairs1);
            odd1 = odd1.add(pairs1.lanewise(LSHR, Byte.SIZE));
        }
        ShortVector even0 = all0.sub(odd0.lanewise(LSHL, Byte.SIZE));
        ShortVector even1 = all1.sub(odd1.lanewise(LSHL, Byte.SIZE));
        short limit = (short) threshold;
        int above =
                above(even0, limit)
                        | (above(odd0, limit) << SUM_LANES)
                        | (above(even1, limit) << (2 * SUM_LANES))
                        | (above(odd1, limit) << (3 * SUM_LANES));
        if (above != 0) {
            even0.intoArray(sums, 0);
            odd0.intoArray(sums, SUM_LANES);
            even1.intoArray(sums, 2 * SUM_LANES);
            odd1.intoArray(sums, 3 * SUM_LANES);
        }
        return above;
    }

    @Override
    public int countAtLeast(float[] values, int length, float bound) {
        int count = 0;
        for (int i = 0; i < length; i += LANES) {
            count += floats(values, i).compare(GE, bound).trueCount();
        }
        return count;
    }

    @Override
    public int placesAtLeast(float[] values, int length, float bound, int[] places) {
        int count = 0;
        for (int i = 0; i < length; i += LANES) {
            long wanted = floats(values, i).compare(GE, bound).toLong();
            for (; wanted != 0; wanted &= wanted - 1) {
                places[count++] = i + Long.numberOfTrailingZeros(wanted);
            }
        }
        return count;
    }

    @Override
    public float largest(float[] values, int length) {
        FloatVector largest = floats(values, 0);
        for (int i = LANES; i < length; i += LANES) {
            largest = largest.max(floats(values, i));
        }
        return largest.reduceLanes(MAX);
    }

    @Override
    public float smallest(float[] values, int length) {
        FloatVector smallest = floats(values, 0);
        for (int i = LANES; i < length; i += LANES) {
            smallest = smallest.min(floats(values, i));
        }
        return smallest.reduceLanes(MIN);
    }

    private static int above(ShortVector values, short limit) {
        return (int) values.compare(GT, limit).toLong();
    }

    private static ByteVector low(ByteVector codes, ByteVector table) {
        return codes.and((byte) 15).selectFrom(table);
    }

    private static ByteVector high(ByteVector codes, ByteVector table) {
        return low(codes.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes(), table);
    }

    private static ByteVector tableBytes(MemorySegment codes, long offset) {
        return ByteVector.fromMemorySegment(TABLE, codes, offset, LITTLE_ENDIAN);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    private static FloatVector floats(float[] array, int index) {
        return FloatVector.fromArray(FLOATS, array, index);
    }

    private static FloatVector floats(MemorySegment rows, long offset, int index) {
        return FloatVector.fromMemorySegment(FLOATS, rows, offset + 4L * index, LITTLE_ENDIAN);
    }

    private static ByteVector bytes(MemorySegment codes, long offset, int index) {
        return ByteVector.fromMemorySegment(BYTES, codes, offset + index, LITTLE_ENDIAN);
    }

    private static FloatVector low(ByteVector bytes) {
        return (FloatVector) bytes.convertShape(B2F, FLOATS, 0);
    }

    /* The part must be a constant, or nothing is compiled to instructions. */
    private static FloatVector high(ByteVector bytes) {
        return (FloatVector) bytes.convertShape(B2F, FLOATS, 1);
    }
}
