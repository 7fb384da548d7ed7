package dev.mobula.training.kernels;

/// Loops over rows of activations, element by element: the compiler makes vectors of them, and the bits are the same
/// without.
public final class Elementwise {
    private static final int BLOCK = 16;

    private Elementwise() {}

    /// `into += from`.
    public static void add(float[] from, int fromAt, float[] into, int intoAt, int count) {
        for (int j = 0; j < count; j++) {
            into[intoAt + j] += from[fromAt + j];
        }
    }

    /// `into = factor * from`.
    public static void scale(
            float factor, float[] from, int fromAt, float[] into, int intoAt, int count) {
        for (int j = 0; j < count; j++) {
            into[intoAt + j] = factor * from[fromAt + j];
        }
    }

    /// `into = a * b`.
    public static void multiply(
            float[] a, int aAt, float[] b, int bAt, float[] into, int intoAt, int count) {
        for (int j = 0; j < count; j++) {
            into[intoAt + j] = a[aAt + j] * b[bAt + j];
        }
    }

    /// `into += a * b`.
    public static void addProduct(
            float[] a, int aAt, float[] b, int bAt, float[] into, int intoAt, int count) {
        for (int j = 0; j < count; j++) {
            into[intoAt + j] += a[aAt + j] * b[bAt + j];
        }
    }

    /// `into = base * factor + x`, the step of a cross layer.
    public static void cross(
            float[] base,
            int baseAt,
            float[] factor,
            int factorAt,
            float[] x,
            int xAt,
            float[] into,
            int intoAt,
            int count) {
        for (int j = 0; j < count; j++) {
            into[intoAt + j] = Math.fma(base[baseAt + j], factor[factorAt + j], x[xAt + j]);
        }
    }

    /// `into[j][i] = from[i][j]`, block by block so that both sides stay in the cache.
    public static void transpose(
            float[] from,
            int fromAt,
            int fromStride,
            int rows,
            int columns,
            float[] into,
            int intoStride) {
        for (int row = 0; row < rows; row += BLOCK) {
            int rowEnd = Math.min(rows, row + BLOCK);
            for (int column = 0; column < columns; column += BLOCK) {
                int columnEnd = Math.min(columns, column + BLOCK);
                block(from, fromAt, fromStride, row, rowEnd, column, columnEnd, into, intoStride);
            }
        }
    }

    private static void block(
            float[] from,
            int fromAt,
            int fromStride,
            int row,
            int rowEnd,
            int column,
            int columnEnd,
            float[] into,
            int intoStride) {
        for (int j = column; j < columnEnd; j++) {
            int to = j * intoStride;
            for (int i = row; i < rowEnd; i++) {
                into[to + i] = from[fromAt + i * fromStride + j];
            }
        }
    }
}
