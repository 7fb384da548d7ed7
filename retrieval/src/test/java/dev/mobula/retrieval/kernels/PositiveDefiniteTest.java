package dev.mobula.retrieval.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PositiveDefiniteTest {
    @Test
    void theInverseTimesTheMatrixIsTheIdentity() {
        Seeds.forAll(
                40,
                random -> {
                    int n = random.nextInt(1, 90);
                    double[] matrix = positiveDefinite(random, n);
                    assertInverse(matrix, n);
                });
    }

    @Test
    void panelsAndTheirRaggedEdgesAgree() {
        SplittableRandom random = new SplittableRandom(1);
        for (int n : new int[] {255, 256, 257, 319, 520}) {
            assertInverse(positiveDefinite(random, n), n);
        }
    }

    @Test
    void aMatrixThatIsNotPositiveDefiniteIsRefused() {
        assertThatThrownBy(() -> PositiveDefinite.invert(new double[] {1, 0, 0, -1}, 2))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("pivot[1]=-1.0");
        assertThatThrownBy(() -> PositiveDefinite.invert(new double[] {Double.NaN}, 1))
                .hasMessageContaining("pivot[0]=NaN");
        assertThatThrownBy(() -> PositiveDefinite.invert(new double[3], 2))
                .hasMessageContaining("matrix.length=3");
    }

    private static void assertInverse(double[] matrix, int n) {
        double[] inverse = matrix.clone();
        PositiveDefinite.invert(inverse, n);
        double errorMax = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                for (int k = 0; k < n; k++) {
                    product += inverse[i * n + k] * matrix[j * n + k];
                }
                double asymmetry = Math.abs(inverse[i * n + j] - inverse[j * n + i]);
                double error = Math.abs(product - (i == j ? 1 : 0));
                errorMax = Math.max(errorMax, Math.max(error, asymmetry));
            }
        }
        assertThat(errorMax).as("n=" + n).isLessThan(1e-9);
    }

    private static double[] positiveDefinite(SplittableRandom random, int n) {
        int rank = 5;
        double[] rows = random.doubles((long) n * rank, -1, 1).toArray();
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i * n + j] =
                        PositiveDefinite.scalarDot(rows, i * rank, rows, j * rank, rank)
                                + (i == j ? 2 : 0);
            }
        }
        return matrix;
    }
}
