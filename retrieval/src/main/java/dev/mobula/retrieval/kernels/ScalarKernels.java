package dev.mobula.retrieval.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The plain twin: the same results in the plainest code, for differential tests and machines without vectors.
public final class ScalarKernels extends Kernels {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public float dot(float[] query, MemorySegment rows, long offset, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            sum += query[i] * at(rows, offset, i);
        }
        return sum;
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
        out[at] = dot(query, rows, offset0, length);
        out[at + 1] = dot(query, rows, offset1, length);
        out[at + 2] = dot(query, rows, offset2, length);
        out[at + 3] = dot(query, rows, offset3, length);
    }

    @Override
    public float dot(MemorySegment rows, long offsetA, long offsetB, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            sum += at(rows, offsetA, i) * at(rows, offsetB, i);
        }
        return sum;
    }

    @Override
    public float dot(float[] a, int fromA, float[] b, int fromB, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            sum += a[fromA + i] * b[fromB + i];
        }
        return sum;
    }

    @Override
    public float squaredDistance(float[] query, MemorySegment rows, long offset, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            float difference = query[i] - at(rows, offset, i);
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public float squaredDistance(MemorySegment rows, long offsetA, long offsetB, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            float difference = at(rows, offsetA, i) - at(rows, offsetB, i);
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public float squaredDistance(float[] a, int fromA, float[] b, int fromB, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            float difference = a[fromA + i] - b[fromB + i];
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public float dotCodes(float[] query, MemorySegment codes, long offset, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            sum += query[i] * codes.get(JAVA_BYTE, offset + i);
        }
        return sum;
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
        out[at] = dotCodes(query, codes, offset0, length);
        out[at + 1] = dotCodes(query, codes, offset1, length);
        out[at + 2] = dotCodes(query, codes, offset2, length);
        out[at + 3] = dotCodes(query, codes, offset3, length);
    }

    @Override
    public void dotBlocks(
            float[] query, MemorySegment rows, long offset, int length, int blocks, float[] out) {
        for (int row = 0; row < blocks * PADDING; row++) {
            long block = offset + 4L * (row / PADDING) * length * PADDING;
            float sum = 0;
            for (int i = 0; i < length; i++) {
                sum += query[i] * at(rows, block, i * PADDING + row % PADDING);
            }
            out[row] = sum;
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
            lows[plane] = Float.POSITIVE_INFINITY;
            highs[plane] = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < PADDING; i++) {
                float product =
                        query[2 * plane] * points[2 * plane * PADDING + i]
                                + query[2 * plane + 1] * points[(2 * plane + 1) * PADDING + i];
                products[plane * PADDING + i] = product;
                lows[plane] = Math.min(lows[plane], product);
                highs[plane] = Math.max(highs[plane], product);
            }
        }
    }

    @Override
    public int sumCodes(
            MemorySegment codes, long offset, byte[] tables, int threshold, short[] sums) {
        int above = 0;
        for (int row = 0; row < BLOCK_ROWS; row++) {
            int place = 2 * (row % 8) + (row / 8) % 2;
            int shift = row < BLOCK_ROWS / 2 ? 0 : 4;
            int sum = 0;
            for (int table = 0; table < tables.length; table += 16) {
                int code = codes.get(JAVA_BYTE, offset + table + place) >>> shift & 15;
                sum += tables[table + code];
            }
            sums[row] = (short) sum;
            above |= sum > threshold ? 1 << row : 0;
        }
        return above;
    }

    @Override
    public int countAtLeast(float[] values, int length, float bound) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            count += values[i] >= bound ? 1 : 0;
        }
        return count;
    }

    @Override
    public int placesAtLeast(float[] values, int length, float bound, int[] places) {
        int count = 0;
        for (int i = 0; i < length; i++) {
            if (values[i] >= bound) {
                places[count++] = i;
            }
        }
        return count;
    }

    @Override
    public float largest(float[] values, int length) {
        float largest = values[0];
        for (int i = 1; i < length; i++) {
            largest = Math.max(largest, values[i]);
        }
        return largest;
    }

    @Override
    public float smallest(float[] values, int length) {
        float smallest = values[0];
        for (int i = 1; i < length; i++) {
            smallest = Math.min(smallest, values[i]);
        }
        return smallest;
    }

    private static float at(MemorySegment rows, long offset, int index) {
        return rows.get(FLOAT, offset + 4L * index);
    }
}
