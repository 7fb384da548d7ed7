package dev.mobula.training.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class TruncatedSvdTest {
    private static SparseMatrix sparse(float[][] dense) {
        int columns = dense[0].length;
        int[] offsets = new int[dense.length + 1];
        List<Integer> places = new ArrayList<>();
        List<Float> values = new ArrayList<>();
        for (int r = 0; r < dense.length; r++) {
            for (int c = 0; c < columns; c++) {
                if (dense[r][c] != 0) {
                    places.add(c);
                    values.add(dense[r][c]);
                }
            }
            offsets[r + 1] = places.size();
        }
        float[] flat = new float[values.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values.get(i);
        }
        return new SparseMatrix(
                columns, offsets, places.stream().mapToInt(Integer::intValue).toArray(), flat);
    }

    /// A matrix of a planted rank, with rows and columns of zeros.
    private static float[][] planted(RandomGenerator random, int rows, int columns, int rank) {
        float[][] dense = new float[rows][columns];
        for (int k = 0; k < rank; k++) {
            float[] u = gaussian(random, rows);
            float[] v = gaussian(random, columns);
            for (int r = 1; r < rows; r++) {
                for (int c = 1; c < columns; c++) {
                    dense[r][c] += (rank - k) * u[r] * v[c];
                }
            }
        }
        return dense;
    }

    private static float[] gaussian(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void aMatrixOfItsRankIsRebuilt() {
        Seeds.forAll(
                10,
                random -> {
                    int rank = 1 + random.nextInt(5);
                    float[][] dense =
                            planted(random, 30 + random.nextInt(20), 25 + random.nextInt(20), rank);
                    TruncatedSvd svd = TruncatedSvd.of(sparse(dense), rank, 3, random.nextLong());
                    for (int r = 0; r < dense.length; r++) {
                        for (int c = 0; c < dense[r].length; c++) {
                            assertThat(product(svd, r, c)).isCloseTo(dense[r][c], within(1e-3));
                        }
                    }
                    assertOrthonormal(svd.left(), rank);
                    assertOrthonormal(svd.right(), rank);
                });
    }

    private static double product(TruncatedSvd svd, int row, int column) {
        double sum = 0;
        for (int k = 0; k < svd.rank(); k++) {
            sum +=
                    svd.values()[k]
                            * svd.left()[row * svd.rank() + k]
                            * svd.right()[column * svd.rank() + k];
        }
        return sum;
    }

    private static void assertOrthonormal(float[] vectors, int rank) {
        for (int a = 0; a < rank; a++) {
            for (int b = 0; b < rank; b++) {
                double dot = 0;
                for (int r = 0; r < vectors.length / rank; r++) {
                    dot += (double) vectors[r * rank + a] * vectors[r * rank + b];
                }
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-5));
            }
        }
    }

    @Test
    void beyondTheMatrixsRankValuesAreZeroAndNothingIsLost() {
        Seeds.forAll(
                5,
                random -> {
                    float[][] dense = planted(random, 12, 10, 2);
                    TruncatedSvd svd = TruncatedSvd.of(sparse(dense), 6, 3, 1);
                    assertThat(svd.values()[2]).isCloseTo(0, within(1e-4));
                    for (int r = 0; r < 12; r++) {
                        for (int c = 0; c < 10; c++) {
                            assertThat(product(svd, r, c)).isCloseTo(dense[r][c], within(1e-3));
                        }
                    }
                });
    }

    @Test
    void valuesAreDividedByPowersOfTheirSums() {
        SparseMatrix matrix = sparse(new float[][] {{1, 3}, {0, 1}}).damped(0.5, 1);
        assertThat(matrix.values()[0]).isCloseTo(1 / 2f, within(1e-6f));
        assertThat(matrix.values()[1]).isCloseTo(3 / 2f / 4f, within(1e-6f));
        assertThat(matrix.values()[2]).isCloseTo(1 / 4f, within(1e-6f));
    }

    @Test
    void aRankThatTheMatrixCannotHaveIsRefused() {
        SparseMatrix matrix = sparse(new float[][] {{1, 3}});
        assertThatThrownBy(() -> TruncatedSvd.of(matrix, 3, 3, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("rank=3");
    }
}
