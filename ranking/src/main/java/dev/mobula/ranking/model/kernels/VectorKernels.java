package dev.mobula.ranking.model.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * The product runs over panels of two vectors of columns and blocks of six rows: twelve accumulators, two weights and
 * one broadcast activation live in registers, of which AVX2 has sixteen and AVX-512 thirty-two. A last panel of one
 * vector runs over blocks of twelve rows, again twelve accumulators.
 *
 * Every address in the inner loop is a constant of the loop plus k: only then does the compiler move the bounds checks
 * out of it, which doubles the speed with AVX2.
 *
 * The two microkernels are written out, without a branch and without anything that is not a register, because the
 * compiler gives up on larger ones (they then box every vector and run a hundred times slower). The species is a
 * constant of the class, chosen when the class loads, and never wider than what the machine does in one instruction.
 */
/// Kernels on the vectors of this machine: 16 lanes with AVX-512, 8 with AVX2.
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> S =
            FloatVector.SPECIES_PREFERRED.length() >= 16
                    ? FloatVector.SPECIES_512
                    : FloatVector.SPECIES_256;
    private static final int LANES = S.length();
    private static final int NARROW_LANES_MIN = 8;
    private static final int ROWS = 6;

    /// Whether the machine has vectors that these kernels are written for.
    static boolean isWorthwhile() {
        return FloatVector.SPECIES_PREFERRED.length() >= NARROW_LANES_MIN;
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public PackedMatrix allocate(int columns, int depth) {
        return new PackedMatrix(columns, depth, 2 * LANES);
    }

    @Override
    public void multiply(
            PackedMatrix b,
            int depthFrom,
            float[] a,
            int aAt,
            int aStride,
            int rows,
            float[] start,
            float[] c,
            int cAt,
            int cStride) {
        int depth = b.depth() - depthFrom;
        for (int panel = 0; panel < b.fullPanels(); panel++) {
            int weights = b.panelAt(panel) + depthFrom * 2 * LANES;
            int column = panel * 2 * LANES;
            for (int row = 0; row < rows; row += ROWS) {
                int from = aAt + depthFrom + row * aStride;
                int to = cAt + row * cStride + column;
                sixByTwo(
                        depth,
                        a,
                        from,
                        aStride,
                        b.panels(),
                        weights,
                        start,
                        column,
                        c,
                        to,
                        cStride);
            }
        }
        if (b.hasHalfPanel()) {
            int weights = b.panelAt(b.fullPanels()) + depthFrom * LANES;
            int column = b.fullPanels() * 2 * LANES;
            for (int row = 0; row < rows; row += ROW_BLOCK) {
                int from = aAt + depthFrom + row * aStride;
                int to = cAt + row * cStride + column;
                twelveByOne(
                        depth,
                        a,
                        from,
                        aStride,
                        b.panels(),
                        weights,
                        start,
                        column,
                        c,
                        to,
                        cStride);
            }
        }
    }

    /// Six rows by two vectors of columns.
    private static void sixByTwo(
            int depth,
            float[] a,
            int a0,
            int aStride,
            float[] b,
            int bAt,
            float[] start,
            int startAt,
            float[] c,
            int cAt,
            int cStride) {
        FloatVector s0 = FloatVector.fromArray(S, start, startAt);
        FloatVector s1 = FloatVector.fromArray(S, start, startAt + LANES);
        FloatVector c0a = s0;
        FloatVector c0b = s1;
        FloatVector c1a = s0;
        FloatVector c1b = s1;
        FloatVector c2a = s0;
        FloatVector c2b = s1;
        FloatVector c3a = s0;
        FloatVector c3b = s1;
        FloatVector c4a = s0;
        FloatVector c4b = s1;
        FloatVector c5a = s0;
        FloatVector c5b = s1;
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt + k * 2 * LANES);
            FloatVector b1 = FloatVector.fromArray(S, b, bAt + k * 2 * LANES + LANES);
            FloatVector x;
            x = FloatVector.broadcast(S, a[a0 + k]);
            c0a = x.fma(b0, c0a);
            c0b = x.fma(b1, c0b);
            x = FloatVector.broadcast(S, a[a1 + k]);
            c1a = x.fma(b0, c1a);
            c1b = x.fma(b1, c1b);
            x = FloatVector.broadcast(S, a[a2 + k]);
            c2a = x.fma(b0, c2a);
            c2b = x.fma(b1, c2b);
            x = FloatVector.broadcast(S, a[a3 + k]);
            c3a = x.fma(b0, c3a);
            c3b = x.fma(b1, c3b);
            x = FloatVector.broadcast(S, a[a4 + k]);
            c4a = x.fma(b0, c4a);
            c4b = x.fma(b1, c4b);
            x = FloatVector.broadcast(S, a[a5 + k]);
            c5a = x.fma(b0, c5a);
            c5b = x.fma(b1, c5b);
        }
        c0a.intoArray(c, cAt);
        c0b.intoArray(c, cAt + LANES);
        c1a.intoArray(c, cAt + cStride);
        c1b.intoArray(c, cAt + cStride + LANES);
        c2a.intoArray(c, cAt + 2 * cStride);
        c2b.intoArray(c, cAt + 2 * cStride + LANES);
        c3a.intoArray(c, cAt + 3 * cStride);
        c3b.intoArray(c, cAt + 3 * cStride + LANES);
        c4a.intoArray(c, cAt + 4 * cStride);
        c4b.intoArray(c, cAt + 4 * cStride + LANES);
        c5a.intoArray(c, cAt + 5 * cStride);
        c5b.intoArray(c, cAt + 5 * cStride + LANES);
    }

    /// Twelve rows by one vector of columns.
    private static void twelveByOne(
            int depth,
            float[] a,
            int a0,
            int aStride,
            float[] b,
            int bAt,
            float[] start,
            int startAt,
            float[] c,
            int cAt,
            int cStride) {
        FloatVector s0 = FloatVector.fromArray(S, start, startAt);
        FloatVector c0a = s0;
        FloatVector c1a = s0;
        FloatVector c2a = s0;
        FloatVector c3a = s0;
        FloatVector c4a = s0;
        FloatVector c5a = s0;
        FloatVector c6a = s0;
        FloatVector c7a = s0;
        FloatVector c8a = s0;
        FloatVector c9a = s0;
        FloatVector c10a = s0;
        FloatVector c11a = s0;
        int a1 = a0 + aStride;
        int a2 = a1 + aStride;
        int a3 = a2 + aStride;
        int a4 = a3 + aStride;
        int a5 = a4 + aStride;
        int a6 = a5 + aStride;
        int a7 = a6 + aStride;
        int a8 = a7 + aStride;
        int a9 = a8 + aStride;
        int a10 = a9 + aStride;
        int a11 = a10 + aStride;
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bAt + k * LANES);
            FloatVector x;
            x = FloatVector.broadcast(S, a[a0 + k]);
            c0a = x.fma(b0, c0a);
            x = FloatVector.broadcast(S, a[a1 + k]);
            c1a = x.fma(b0, c1a);
            x = FloatVector.broadcast(S, a[a2 + k]);
            c2a = x.fma(b0, c2a);
            x = FloatVector.broadcast(S, a[a3 + k]);
            c3a = x.fma(b0, c3a);
            x = FloatVector.broadcast(S, a[a4 + k]);
            c4a = x.fma(b0, c4a);
            x = FloatVector.broadcast(S, a[a5 + k]);
            c5a = x.fma(b0, c5a);
            x = FloatVector.broadcast(S, a[a6 + k]);
            c6a = x.fma(b0, c6a);
            x = FloatVector.broadcast(S, a[a7 + k]);
            c7a = x.fma(b0, c7a);
            x = FloatVector.broadcast(S, a[a8 + k]);
            c8a = x.fma(b0, c8a);
            x = FloatVector.broadcast(S, a[a9 + k]);
            c9a = x.fma(b0, c9a);
            x = FloatVector.broadcast(S, a[a10 + k]);
            c10a = x.fma(b0, c10a);
            x = FloatVector.broadcast(S, a[a11 + k]);
            c11a = x.fma(b0, c11a);
        }
        c0a.intoArray(c, cAt);
        c1a.intoArray(c, cAt + cStride);
        c2a.intoArray(c, cAt + 2 * cStride);
        c3a.intoArray(c, cAt + 3 * cStride);
        c4a.intoArray(c, cAt + 4 * cStride);
        c5a.intoArray(c, cAt + 5 * cStride);
        c6a.intoArray(c, cAt + 6 * cStride);
        c7a.intoArray(c, cAt + 7 * cStride);
        c8a.intoArray(c, cAt + 8 * cStride);
        c9a.intoArray(c, cAt + 9 * cStride);
        c10a.intoArray(c, cAt + 10 * cStride);
        c11a.intoArray(c, cAt + 11 * cStride);
    }

    @Override
    public void multiplyRow(
            PackedMatrix b, int depthTo, float[] a, int aAt, float[] start, float[] out) {
        for (int panel = 0; panel < b.fullPanels(); panel++) {
            int column = panel * 2 * LANES;
            int weights = b.panelAt(panel);
            oneByOne(depthTo, a, aAt, b.panels(), weights, 2 * LANES, start, out, column);
            oneByOne(
                    depthTo,
                    a,
                    aAt,
                    b.panels(),
                    weights + LANES,
                    2 * LANES,
                    start,
                    out,
                    column + LANES);
        }
        if (b.hasHalfPanel()) {
            int column = b.fullPanels() * 2 * LANES;
            int weights = b.panelAt(b.fullPanels());
            oneByOne(depthTo, a, aAt, b.panels(), weights, LANES, start, out, column);
        }
    }

    private static void oneByOne(
            int depth,
            float[] a,
            int aAt,
            float[] b,
            int bAt,
            int bStride,
            float[] start,
            float[] out,
            int column) {
        FloatVector sum = FloatVector.fromArray(S, start, column);
        int at = bAt;
        for (int k = aAt; k < aAt + depth; k++) {
            sum = FloatVector.broadcast(S, a[k]).fma(FloatVector.fromArray(S, b, at), sum);
            at += bStride;
        }
        sum.intoArray(out, column);
    }

    @Override
    public void relu(float[] c, int at, int stride, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            reluRow(c, at + row * stride, columns);
        }
    }

    private static void reluRow(float[] c, int at, int columns) {
        FloatVector zero = FloatVector.zero(S);
        int whole = S.loopBound(columns);
        for (int j = at; j < at + whole; j += LANES) {
            FloatVector.fromArray(S, c, j).max(zero).intoArray(c, j);
        }
        for (int j = at + whole; j < at + columns; j++) {
            c[j] = Math.max(c[j], 0f);
        }
    }

    @Override
    public void cross(
            float[] base,
            int baseAt,
            int baseStride,
            float[] x,
            int xAt,
            int xStride,
            float[] c,
            int cAt,
            int cStride,
            int rows,
            int columns) {
        for (int row = 0; row < rows; row++) {
            crossRow(
                    base,
                    baseAt + row * baseStride,
                    x,
                    xAt + row * xStride,
                    c,
                    cAt + row * cStride,
                    columns);
        }
    }

    private static void crossRow(
            float[] base, int baseAt, float[] x, int xAt, float[] c, int cAt, int columns) {
        for (int j = 0; j < columns; j += LANES) {
            FloatVector product = FloatVector.fromArray(S, c, cAt + j);
            FloatVector sum = FloatVector.fromArray(S, x, xAt + j);
            FloatVector.fromArray(S, base, baseAt + j).fma(product, sum).intoArray(c, cAt + j);
        }
    }

    @Override
    public void addScaled(float scale, float[] x, int xAt, float[] c, int cAt, int count) {
        FloatVector factor = FloatVector.broadcast(S, scale);
        int whole = S.loopBound(count);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector sum = FloatVector.fromArray(S, c, cAt + j);
            factor.fma(FloatVector.fromArray(S, x, xAt + j), sum).intoArray(c, cAt + j);
        }
        for (int j = whole; j < count; j++) {
            c[cAt + j] = Math.fma(scale, x[xAt + j], c[cAt + j]);
        }
    }

    @Override
    public void exp(float[] x, int at, int count, float shift) {
        int whole = S.loopBound(count);
        for (int j = at; j < at + whole; j += LANES) {
            exp(FloatVector.fromArray(S, x, j).sub(shift)).intoArray(x, j);
        }
        for (int j = at + whole; j < at + count; j++) {
            x[j] = Exponential.exp(x[j] - shift);
        }
    }

    private static FloatVector exp(FloatVector x) {
        FloatVector round = FloatVector.broadcast(S, Exponential.ROUND);
        FloatVector clamped = x.max(Exponential.LEAST).min(Exponential.MOST);
        FloatVector shifted = clamped.fma(FloatVector.broadcast(S, Exponential.LOG2_E), round);
        FloatVector n = shifted.sub(round);
        FloatVector high = n.fma(FloatVector.broadcast(S, -Exponential.LN2_HIGH), clamped);
        FloatVector r = n.fma(FloatVector.broadcast(S, -Exponential.LN2_LOW), high);
        FloatVector p = FloatVector.broadcast(S, Exponential.P6);
        p = p.fma(r, FloatVector.broadcast(S, Exponential.P5));
        p = p.fma(r, FloatVector.broadcast(S, Exponential.P4));
        p = p.fma(r, FloatVector.broadcast(S, Exponential.P3));
        p = p.fma(r, FloatVector.broadcast(S, Exponential.P2));
        p = p.fma(r, FloatVector.broadcast(S, 1f));
        p = p.fma(r, FloatVector.broadcast(S, 1f));
        IntVector power =
                shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, Exponential.MANTISSA_BITS)
                        .add(Exponential.ONE);
        return p.mul(power.reinterpretAsFloats());
    }
}
