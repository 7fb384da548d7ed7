package dev.mobula.training.factor;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.TrainingException;
import java.util.Arrays;

/// A sparse matrix by rows: row `r` has `values[i]` in column `columns[i]` for `i` from `offsets[r]` to `offsets[r + 1]`.
/// The arrays are owned.
@SuppressWarnings("ArrayRecordComponent")
public record SparseMatrix(int columnCount, int[] offsets, int[] columns, float[] values) {
    public SparseMatrix {
        if (offsets.length < 2 || offsets[offsets.length - 1] != columns.length) {
            throw TrainingException.invalid(
                    "offsets.length", offsets.length, "must run from 0 to columns.length");
        }
    }

    /// `D_U^-½ R D_I^-½`: every pair divided by the square roots of both degrees.
    public static SparseMatrix normalised(InteractionMatrix pairs) {
        return normalised(pairs, 0, 0);
    }

    /// The same with something added to the degrees.
    static SparseMatrix normalised(
            InteractionMatrix pairs, double userDamping, double itemDamping) {
        int[] offsets = new int[pairs.users() + 1];
        int[] columns = new int[pairs.size()];
        float[] values = new float[pairs.size()];
        int size = 0;
        for (int user = 0; user < pairs.users(); user++) {
            for (int item : pairs.itemsOf(user)) {
                double degrees =
                        (pairs.degreeOfUser(user) + userDamping)
                                * (pairs.degreeOfItem(item) + itemDamping);
                columns[size] = item;
                values[size++] = (float) (1 / Math.sqrt(degrees));
            }
            offsets[user + 1] = size;
        }
        return new SparseMatrix(pairs.items(), offsets, columns, values);
    }

    public int rowCount() {
        return offsets.length - 1;
    }

    /// This matrix times a dense one of `columnCount` rows and `width` columns, by rows.
    double[] times(double[] dense, int width) {
        double[] product = new double[rowCount() * width];
        for (int row = 0; row < rowCount(); row++) {
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                add(values[i], dense, columns[i] * width, product, row * width, width);
            }
        }
        return product;
    }

    /// The transpose times a dense matrix of `rowCount` rows.
    double[] transposeTimes(double[] dense, int width) {
        double[] product = new double[columnCount * width];
        for (int row = 0; row < rowCount(); row++) {
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                add(values[i], dense, row * width, product, columns[i] * width, width);
            }
        }
        return product;
    }

    static void add(double scale, double[] from, int at, double[] to, int toAt, int width) {
        for (int j = 0; j < width; j++) {
            to[toAt + j] += scale * from[at + j];
        }
    }

    /// Sums of each row and of each column.
    double[][] sums() {
        double[] ofRows = new double[rowCount()];
        double[] ofColumns = new double[columnCount];
        for (int row = 0; row < rowCount(); row++) {
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                ofRows[row] += values[i];
                ofColumns[columns[i]] += values[i];
            }
        }
        return new double[][] {ofRows, ofColumns};
    }

    /// Every value divided by powers of the sums of its row and of its column.
    public SparseMatrix damped(double rowPower, double columnPower) {
        double[][] sums = sums();
        float[] damped = Arrays.copyOf(values, values.length);
        for (int row = 0; row < rowCount(); row++) {
            double ofRow = Math.pow(sums[0][row], -rowPower);
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                damped[i] *= (float) (ofRow * Math.pow(sums[1][columns[i]], -columnPower));
            }
        }
        return new SparseMatrix(columnCount, offsets, columns, damped);
    }
}
