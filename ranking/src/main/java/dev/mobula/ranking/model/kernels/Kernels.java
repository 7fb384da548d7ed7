package dev.mobula.ranking.model.kernels;

/// What a packed model computes with. All implementations give the same bits.
///
/// Matrices of activations are row-major float arrays with a stride; their rows come in multiples of [#ROW_BLOCK] and
/// their strides in multiples of [#COLUMN_BLOCK], so that no kernel has a remainder to branch on.
public interface Kernels {
    int ROW_BLOCK = 12;
    int COLUMN_BLOCK = 16;

    /// Floats per vector, 1 without vectors.
    int lanes();

    /// Lays weights `[columns][depth]` out for this implementation.
    default PackedMatrix pack(float[] weights, int columns, int depth) {
        PackedMatrix matrix = allocate(columns, depth);
        matrix.fillFromColumns(weights);
        return matrix;
    }

    /// A matrix of zeros in this layout, to be filled, and filled again.
    PackedMatrix allocate(int columns, int depth);

    /// `c[r] = start + sum over k in [depthFrom, depth) of a[r][k] * b[k]`, summed in order of k.
    ///
    /// `start` has `b.columnsWritten()` values.
    void multiply(
            PackedMatrix b,
            int depthFrom,
            float[] a,
            int aAt,
            int aStride,
            int rows,
            float[] start,
            float[] c,
            int cAt,
            int cStride);

    /// `out = start + sum over k in [0, depthTo) of a[k] * b[k]`: the leading part of [#multiply] for one row.
    void multiplyRow(PackedMatrix b, int depthTo, float[] a, int aAt, float[] start, float[] out);

    /// `c = max(c, 0)` over a rectangle whose width is any number.
    void relu(float[] c, int at, int stride, int rows, int columns);

    /// `c = base * c + x`, the step of a cross layer, over rectangles as wide as a multiple of
    /// [#COLUMN_BLOCK].
    void cross(
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
            int columns);

    /// `c = c + scale * x` over `count` values.
    void addScaled(float scale, float[] x, int xAt, float[] c, int cAt, int count);

    /// `x = exp(x - shift)` over `count` values, each as [Exponential#exp] gives it.
    void exp(float[] x, int at, int count, float shift);

    /// Rounds up to what buffers need.
    static int padRows(int rows) {
        return (rows + ROW_BLOCK - 1) / ROW_BLOCK * ROW_BLOCK;
    }

    static int padColumns(int columns) {
        return (columns + COLUMN_BLOCK - 1) / COLUMN_BLOCK * COLUMN_BLOCK;
    }

    /// The widest that this machine executes as single instructions.
    static Kernels ofThisMachine() {
        return VectorKernels.isWorthwhile() ? new VectorKernels() : new ScalarKernels();
    }

    /// The twin without vectors.
    static Kernels scalar() {
        return new ScalarKernels();
    }
}
