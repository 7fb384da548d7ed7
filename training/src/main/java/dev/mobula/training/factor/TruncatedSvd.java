package dev.mobula.training.factor;

import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.SplittableRandom;

/// The largest singular values of a sparse matrix with their vectors.
/*
 * Idea: a random subspace, multiplied by AᵀA a few times, turns towards the leading right singular vectors [1]. In it the
 * problem is small: with Q its orthonormal basis and B = AQ, the eigenvectors W of BᵀB give V = QW, σ² the eigenvalues
 * and U = BW/σ. Bases are made orthonormal by Cholesky of their Gram matrix, twice for the last digits; a direction that
 * the matrix does not have becomes zeros.
 *
 * Cost: for rank k and e entries, (2 · passes + 1) e k multiply-adds and as many products of height × k². Memory: two
 * dense matrices of the larger side by k doubles.
 *
 * Error: values far down a flat spectrum are a little too small, by the ratio to the first value left out to the power
 * of 4 · passes [1, theorem 1.2]; as the start of training that is nothing.
 *
 * [1] Halko, Martinsson, Tropp, Finding structure with randomness, SIAM Review 2011.
 */
@SuppressWarnings("ArrayRecordComponent")
public record TruncatedSvd(int rank, double[] values, float[] left, float[] right) {
    private static final int EXTRA = 16;
    private static final int RANK_MAX = 512;
    private static final double LEAST_PIVOT = 1e-12;
    private static final int SWEEPS_MAX = 30;

    /// Solves. `left` and `right` are by rows, `rank` columns each.
    ///
    /// @param passes over the matrix: three or four are enough
    public static TruncatedSvd of(SparseMatrix matrix, int rank, int passes, long seed) {
        if (rank < 1 || rank > RANK_MAX || rank > matrix.columnCount()) {
            int most = Math.min(RANK_MAX, matrix.columnCount());
            throw TrainingException.invalid("rank", rank, "must be 1.." + most);
        }
        int width = Math.min(rank + EXTRA, matrix.columnCount());
        SplittableRandom random = new SplittableRandom(seed);
        double[] basis = new double[matrix.columnCount() * width];
        for (int i = 0; i < basis.length; i++) {
            basis[i] = random.nextGaussian();
        }
        orthonormalise(basis, width);
        for (int pass = 0; pass < passes; pass++) {
            double[] image = matrix.times(basis, width);
            orthonormalise(image, width);
            basis = matrix.transposeTimes(image, width);
            orthonormalise(basis, width);
        }
        double[] image = matrix.times(basis, width);
        double[] gram = gram(image, width);
        double[] turn = eigenvectors(gram, width);
        return assemble(rank, width, image, basis, gram, turn);
    }

    /// Vectors of one side, each column times the square root of its singular value.
    public float[] scaled(float[] vectors) {
        float[] scaled = vectors.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= (float) Math.sqrt(values[i % rank]);
        }
        return scaled;
    }

    private static TruncatedSvd assemble(
            int rank, int width, double[] image, double[] basis, double[] gram, double[] turn) {
        Integer[] order = new Integer[width];
        for (int i = 0; i < width; i++) {
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(gram[b * width + b], gram[a * width + a]));
        double[] values = new double[rank];
        double[] ofImage = new double[width * rank];
        double[] ofBasis = new double[width * rank];
        for (int k = 0; k < rank; k++) {
            int from = order[k];
            values[k] = Math.sqrt(Math.max(0, gram[from * width + from]));
            for (int i = 0; i < width; i++) {
                double entry = turn[i * width + from];
                ofBasis[i * rank + k] = entry;
                ofImage[i * rank + k] = values[k] > LEAST_PIVOT ? entry / values[k] : 0;
            }
        }
        return new TruncatedSvd(
                rank,
                values,
                turned(image, width, ofImage, rank),
                turned(basis, width, ofBasis, rank));
    }

    private static float[] turned(double[] tall, int width, double[] turn, int rank) {
        int rows = tall.length / width;
        float[] turned = new float[rows * rank];
        double[] row = new double[rank];
        for (int r = 0; r < rows; r++) {
            Arrays.fill(row, 0);
            for (int i = 0; i < width; i++) {
                SparseMatrix.add(tall[r * width + i], turn, i * rank, row, 0, rank);
            }
            for (int k = 0; k < rank; k++) {
                turned[r * rank + k] = (float) row[k];
            }
        }
        return turned;
    }

    private static double[] gram(double[] tall, int width) {
        double[] gram = new double[width * width];
        for (int at = 0; at < tall.length; at += width) {
            for (int i = 0; i < width; i++) {
                SparseMatrix.add(tall[at + i], tall, at, gram, i * width, width);
            }
        }
        return gram;
    }

    /// Replaces the columns by an orthonormal basis of their span.
    private static void orthonormalise(double[] tall, int width) {
        for (int time = 0; time < 2; time++) {
            double[] lower = gram(tall, width);
            double[] inverse = new double[width];
            cholesky(lower, inverse, width);
            double[] upper = transposed(lower, width);
            for (int at = 0; at < tall.length; at += width) {
                for (int j = 0; j < width; j++) {
                    tall[at + j] *= inverse[j];
                    subtract(tall, at, j, upper, width);
                }
            }
        }
    }

    private static double[] transposed(double[] square, int n) {
        double[] turned = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                turned[j * n + i] = square[i * n + j];
            }
        }
        return turned;
    }

    /// Takes what a row's entry `j` stands for from those after it.
    private static void subtract(double[] tall, int at, int j, double[] upper, int width) {
        double entry = tall[at + j];
        for (int k = j + 1; k < width; k++) {
            tall[at + k] -= entry * upper[j * width + k];
        }
    }

    /// The factor of a Gram matrix; a direction without length gets the inverse 0, which clears its column.
    private static void cholesky(double[] matrix, double[] inverse, int n) {
        double largest = 0;
        for (int j = 0; j < n; j++) {
            largest = Math.max(largest, matrix[j * n + j]);
        }
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                double rest = matrix[i * n + j];
                for (int k = 0; k < j; k++) {
                    rest -= matrix[i * n + k] * matrix[j * n + k];
                }
                matrix[i * n + j] = i == j ? rest : rest * inverse[j];
                if (i == j) {
                    boolean isThere = rest > LEAST_PIVOT * largest;
                    inverse[j] = isThere ? 1 / Math.sqrt(rest) : 0;
                    matrix[j * n + j] = isThere ? Math.sqrt(rest) : 0;
                }
            }
        }
    }

    /// Jacobi's method: turns the symmetric matrix diagonal, in place, and returns the turns as columns.
    private static double[] eigenvectors(double[] matrix, int n) {
        double[] turn = new double[n * n];
        for (int i = 0; i < n; i++) {
            turn[i * n + i] = 1;
        }
        double scale = 0;
        for (double value : matrix) {
            scale = Math.max(scale, Math.abs(value));
        }
        for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
            double off = 0;
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    off = Math.max(off, Math.abs(matrix[p * n + q]));
                    rotate(matrix, turn, n, p, q, LEAST_PIVOT * scale);
                }
            }
            if (off <= LEAST_PIVOT * scale) {
                break;
            }
        }
        return turn;
    }

    private static void rotate(double[] matrix, double[] turn, int n, int p, int q, double least) {
        double entry = matrix[p * n + q];
        if (Math.abs(entry) <= least) {
            return;
        }
        double ratio = (matrix[q * n + q] - matrix[p * n + p]) / (2 * entry);
        double tangent = Math.copySign(1 / (Math.abs(ratio) + Math.hypot(1, ratio)), ratio);
        double cosine = 1 / Math.hypot(1, tangent);
        double sine = tangent * cosine;
        for (int k = 0; k < n; k++) {
            double a = matrix[p * n + k];
            double b = matrix[q * n + k];
            matrix[p * n + k] = cosine * a - sine * b;
            matrix[q * n + k] = sine * a + cosine * b;
        }
        for (int k = 0; k < n; k++) {
            turnColumns(matrix, k * n, p, q, cosine, sine);
            turnColumns(turn, k * n, p, q, cosine, sine);
        }
    }

    private static void turnColumns(
            double[] rows, int at, int p, int q, double cosine, double sine) {
        double a = rows[at + p];
        double b = rows[at + q];
        rows[at + p] = cosine * a - sine * b;
        rows[at + q] = sine * a + cosine * b;
    }
}
