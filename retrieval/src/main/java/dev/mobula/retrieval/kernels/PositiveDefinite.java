package dev.mobula.retrieval.kernels;

import static dev.mobula.retrieval.RetrievalException.invalid;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.NullMarked;

/// Inverts a symmetric positive definite matrix in place.
/*
 * Idea: A = L Lᵀ (Cholesky), W = L⁻ᵀ, A⁻¹ = W Wᵀ. Written over rows, every inner loop of the three steps is the same:
 * the dot product of two contiguous stretches of rows, so one kernel, tiled two rows by four, does all the work.
 *
 * Cost: n³ multiply-adds in all, of which the panels of PANEL columns leave only n² · PANEL outside the kernel; memory
 * for two n × n matrices. The stretches are short enough for a block of rows to stay in the second-level cache.
 *
 * Error: that of Cholesky without pivoting, which is backward stable (Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd ed., theorem 10.3): small against cond(A) times the machine epsilon. A ridge on the diagonal keeps
 * cond(A) small.
 */
@NullMarked
public final class PositiveDefinite {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PANEL = 256;
    private static final int ROWS = 64;

    private final int n;
    private final double[] lower;
    private final double[] upper;

    private PositiveDefinite(double[] matrix, int n) {
        this.n = n;
        this.lower = matrix;
        this.upper = new double[matrix.length];
    }

    /// Replaces the `n` × `n` matrix, given by rows, by its inverse. Only the lower triangle is read.
    public static void invert(double[] matrix, int n) {
        if (matrix.length != n * n) {
            throw invalid("matrix.length", matrix.length, "must be n²=" + n * n);
        }
        PositiveDefinite work = new PositiveDefinite(matrix, n);
        work.factor();
        work.invertFactor();
        work.multiply();
    }

    private void factor() {
        for (int from = 0; from < n; from += PANEL) {
            int to = Math.min(n, from + PANEL);
            for (int row = from; row < n; row++) {
                for (int column = from; column < Math.min(to, row + 1); column++) {
                    double rest =
                            lower[row * n + column]
                                    - dot(
                                            lower,
                                            row * n + from,
                                            lower,
                                            column * n + from,
                                            column - from);
                    lower[row * n + column] =
                            row == column ? root(rest, row) : rest / lower[column * n + column];
                }
            }
            for (int rows = to; rows < n; rows += ROWS) {
                int rowsEnd = Math.min(n, rows + ROWS);
                subtract(lower, rows, rowsEnd, lower, lower, to, rowsEnd, from, to);
            }
        }
    }

    private static double root(double pivot, int row) {
        if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
            throw invalid("pivot[" + row + "]", pivot, "the matrix is not positive definite");
        }
        return Math.sqrt(pivot);
    }

    private void invertFactor() {
        for (int i = 0; i < n; i++) {
            upper[i * n + i] = 1;
        }
        for (int from = 0; from < n; from += PANEL) {
            int to = Math.min(n, from + PANEL);
            for (int row = 0; row < to; row++) {
                for (int column = Math.max(from, row); column < to; column++) {
                    double rest =
                            upper[row * n + column]
                                    - dot(
                                            upper,
                                            row * n + from,
                                            lower,
                                            column * n + from,
                                            column - from);
                    upper[row * n + column] = rest / lower[column * n + column];
                }
            }
            for (int rows = 0; rows < to; rows += ROWS) {
                subtract(upper, rows, Math.min(to, rows + ROWS), upper, lower, to, n, from, to);
            }
        }
    }

    private void multiply() {
        for (int i = 0; i < n * n; i++) {
            lower[i] = 0;
        }
        for (int from = 0; from < n; from += PANEL) {
            int to = Math.min(n, from + PANEL);
            for (int rows = 0; rows < to; rows += ROWS) {
                int rowsEnd = Math.min(to, rows + ROWS);
                subtract(lower, rows, rowsEnd, upper, upper, 0, rowsEnd, from, to);
            }
        }
        for (int row = 0; row < n; row++) {
            for (int column = 0; column <= row; column++) {
                double value = -lower[row * n + column];
                lower[row * n + column] = value;
                lower[column * n + row] = value;
            }
        }
    }

    /// `target[i][j] -= Σ left[i][k] · right[j][k]` for i in rows, j in columns, k in from..to.
    private void subtract(
            double[] target,
            int rows,
            int rowsEnd,
            double[] left,
            double[] right,
            int columns,
            int columnsEnd,
            int from,
            int to) {
        int length = to - from;
        int column = columns;
        for (; column + 4 <= columnsEnd; column += 4) {
            int row = rows;
            for (; row + 2 <= rowsEnd; row += 2) {
                tile(
                        target,
                        row * n + column,
                        left,
                        row * n + from,
                        right,
                        column * n + from,
                        length);
            }
            for (; row < rowsEnd; row++) {
                for (int c = column; c < column + 4; c++) {
                    target[row * n + c] -= dot(left, row * n + from, right, c * n + from, length);
                }
            }
        }
        for (; column < columnsEnd; column++) {
            for (int row = rows; row < rowsEnd; row++) {
                target[row * n + column] -=
                        dot(left, row * n + from, right, column * n + from, length);
            }
        }
    }

    private void tile(
            double[] target, int at, double[] left, int l, double[] right, int r, int length) {
        DoubleVector a0 = DoubleVector.zero(SPECIES);
        DoubleVector a1 = a0;
        DoubleVector a2 = a0;
        DoubleVector a3 = a0;
        DoubleVector b0 = a0;
        DoubleVector b1 = a0;
        DoubleVector b2 = a0;
        DoubleVector b3 = a0;
        int k = 0;
        for (; k <= length - LANES; k += LANES) {
            DoubleVector x = DoubleVector.fromArray(SPECIES, left, l + k);
            DoubleVector y = DoubleVector.fromArray(SPECIES, left, l + n + k);
            DoubleVector z0 = DoubleVector.fromArray(SPECIES, right, r + k);
            DoubleVector z1 = DoubleVector.fromArray(SPECIES, right, r + n + k);
            DoubleVector z2 = DoubleVector.fromArray(SPECIES, right, r + 2 * n + k);
            DoubleVector z3 = DoubleVector.fromArray(SPECIES, right, r + 3 * n + k);
            a0 = x.fma(z0, a0);
            a1 = x.fma(z1, a1);
            a2 = x.fma(z2, a2);
            a3 = x.fma(z3, a3);
            b0 = y.fma(z0, b0);
            b1 = y.fma(z1, b1);
            b2 = y.fma(z2, b2);
            b3 = y.fma(z3, b3);
        }
        int done = k;
        int rest = length - k;
        target[at] -= sum(a0) + scalarDot(left, l + done, right, r + done, rest);
        target[at + 1] -= sum(a1) + scalarDot(left, l + done, right, r + n + done, rest);
        target[at + 2] -= sum(a2) + scalarDot(left, l + done, right, r + 2 * n + done, rest);
        target[at + 3] -= sum(a3) + scalarDot(left, l + done, right, r + 3 * n + done, rest);
        target[at + n] -= sum(b0) + scalarDot(left, l + n + done, right, r + done, rest);
        target[at + n + 1] -= sum(b1) + scalarDot(left, l + n + done, right, r + n + done, rest);
        target[at + n + 2] -=
                sum(b2) + scalarDot(left, l + n + done, right, r + 2 * n + done, rest);
        target[at + n + 3] -=
                sum(b3) + scalarDot(left, l + n + done, right, r + 3 * n + done, rest);
    }

    private static double dot(double[] left, int l, double[] right, int r, int length) {
        DoubleVector sum = DoubleVector.zero(SPECIES);
        int k = 0;
        for (; k <= length - LANES; k += LANES) {
            sum =
                    DoubleVector.fromArray(SPECIES, left, l + k)
                            .fma(DoubleVector.fromArray(SPECIES, right, r + k), sum);
        }
        return sum(sum) + scalarDot(left, l + k, right, r + k, length - k);
    }

    /// The scalar twin of [#dot]; also its tail.
    static double scalarDot(double[] left, int l, double[] right, int r, int length) {
        double sum = 0;
        for (int k = 0; k < length; k++) {
            sum += left[l + k] * right[r + k];
        }
        return sum;
    }

    private static double sum(DoubleVector vector) {
        return vector.reduceLanes(VectorOperators.ADD);
    }
}
