package dev.mobula.retrieval.frozen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.mobula.retrieval.frozen.SnapshotHeader.Section;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/*
 * Distances of many rows to one query, four at a time. Rows are named first and scored together: one byte of each of
 * their cache lines is read before the first distance, so that they arrive from memory side by side, not one by one.
 */

/// Collects rows and scores them against a query: by codes for the search, by floats for the final order.
final class RowScorer {
    private static final Kernels KERNELS = Kernels.best();
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final int UNROLLED = 4;

    private final MemorySegment segment;
    private final boolean squared;
    private final int length;
    private final long codesAt;
    private final long codeRowBytes;
    private final long scalesAt;
    private final long squaresAt;
    private final long vectorsAt;
    private final long floatRowBytes;
    private final float[] query;
    private final int[] rows;
    private final float[] distances;
    private int count;
    private int touched;

    RowScorer(FrozenIndex index, int capacity) {
        RowLayout layout = index.layout();
        segment = index.segment();
        squared = index.metric() == Metric.SQUARED_L2;
        length = layout.length();
        codesAt = index.offset(Section.CODES);
        codeRowBytes = layout.codeRowBytes();
        scalesAt = index.offset(Section.SCALES);
        squaresAt = index.offset(Section.SQUARES);
        vectorsAt = index.offset(Section.VECTORS);
        floatRowBytes = layout.floatRowBytes();
        query = new float[length];
        rows = new int[capacity + UNROLLED];
        distances = new float[capacity + UNROLLED];
    }

    /// Takes a prepared query, padded or not.
    void aim(float[] prepared) {
        System.arraycopy(prepared, 0, query, 0, Math.min(prepared.length, length));
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    int row(int i) {
        return rows[i];
    }

    float distance(int i) {
        return distances[i];
    }

    /// Names a row to be scored.
    void add(int row) {
        rows[count++] = row;
    }

    /// Names a row when `isNew` is 1, and leaves it out when it is 0.
    void addIf(int row, int isNew) {
        rows[count] = row;
        count += isNew;
    }

    /// Distances of all named rows by their codes.
    void score() {
        touch(codesAt, codeRowBytes);
        repeatLast();
        for (int i = 0; i < count; i += UNROLLED) {
            KERNELS.dotCodes4(
                    query,
                    segment,
                    codesAt + rows[i] * codeRowBytes,
                    codesAt + rows[i + 1] * codeRowBytes,
                    codesAt + rows[i + 2] * codeRowBytes,
                    codesAt + rows[i + 3] * codeRowBytes,
                    length,
                    distances,
                    i);
        }
        if (squared) {
            for (int i = 0; i < count; i++) {
                distances[i] = at(squaresAt, rows[i]) - 2 * at(scalesAt, rows[i]) * distances[i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                distances[i] = -at(scalesAt, rows[i]) * distances[i];
            }
        }
    }

    /// Exact distances of all named rows.
    void scoreExact() {
        touch(vectorsAt, floatRowBytes);
        if (squared) {
            for (int i = 0; i < count; i++) {
                distances[i] =
                        KERNELS.squaredDistance(
                                query, segment, vectorsAt + rows[i] * floatRowBytes, length);
            }
            return;
        }
        repeatLast();
        for (int i = 0; i < count; i += UNROLLED) {
            KERNELS.dot4(
                    query,
                    segment,
                    vectorsAt + rows[i] * floatRowBytes,
                    vectorsAt + rows[i + 1] * floatRowBytes,
                    vectorsAt + rows[i + 2] * floatRowBytes,
                    vectorsAt + rows[i + 3] * floatRowBytes,
                    length,
                    distances,
                    i);
        }
        for (int i = 0; i < count; i++) {
            distances[i] = -distances[i];
        }
    }

    /// What the touched bytes added up to: read by nobody, but the reads must not be optimised away.
    int touched() {
        return touched;
    }

    /* A loop so short that the processor has all the reads under way before it must wait for the first. */
    private void touch(long table, long rowBytes) {
        int sum = touched;
        for (int i = 0; i < count; i++) {
            long at = table + rows[i] * rowBytes;
            for (long line = 0; line < rowBytes; line += RowLayout.LINE_BYTES) {
                sum += segment.get(JAVA_BYTE, at + line);
            }
        }
        touched = sum;
    }

    private void repeatLast() {
        int last = count == 0 ? 0 : rows[count - 1];
        for (int i = count; i < count + UNROLLED; i++) {
            rows[i] = last;
        }
    }

    private float at(long table, int row) {
        return segment.get(FLOAT, table + 4L * row);
    }
}
