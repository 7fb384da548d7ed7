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
 * Distances of many rows to one query, four at a time. Rows are named first and scored later: naming a row reads one byte
 * of each of its cache lines, so that all of them are on their way from memory before the first is needed.
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

    /// Names a row to be scored by its codes.
    void add(int row) {
        rows[count++] = row;
        long at = codesAt + row * codeRowBytes;
        for (long line = 0; line < codeRowBytes; line += RowLayout.LINE_BYTES) {
            touched += segment.get(JAVA_BYTE, at + line);
        }
    }

    /// Names a row to be scored exactly.
    void addExact(int row) {
        rows[count++] = row;
        long at = vectorsAt + row * floatRowBytes;
        for (long line = 0; line < floatRowBytes; line += RowLayout.LINE_BYTES) {
            touched += segment.get(JAVA_BYTE, at + line);
        }
    }

    /// Distances of all named rows by their codes.
    void score() {
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
