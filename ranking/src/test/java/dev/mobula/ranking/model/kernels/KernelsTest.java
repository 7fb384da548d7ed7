package dev.mobula.ranking.model.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

final class KernelsTest {
    private static final Kernels VECTOR = Kernels.ofThisMachine();
    private static final Kernels SCALAR = Kernels.scalar();

    @Test
    void theVectorsProductIsTheScalarTwinsToTheBit() {
        Seeds.forAll(
                60,
                random -> {
                    Product product = new Product(random);
                    assertThat(product.by(VECTOR, 0)).isEqualTo(product.by(SCALAR, 0));
                });
    }

    @Test
    void summingTheLeadingPartOnceChangesNoBit() {
        Seeds.forAll(
                60,
                random -> {
                    Product product = new Product(random);
                    int shared = random.nextInt(product.depth + 1);
                    for (int row = 1; row < product.rows; row++) {
                        System.arraycopy(product.a, 0, product.a, row * product.stride, shared);
                    }
                    assertThat(product.by(VECTOR, shared)).isEqualTo(product.by(VECTOR, 0));
                    assertThat(product.by(SCALAR, shared)).isEqualTo(product.by(VECTOR, 0));
                });
    }

    @Test
    void theProductIsTheDefinition() {
        Seeds.forAll(
                20,
                random -> {
                    Product product = new Product(random);
                    float[] c = product.by(VECTOR, 0);
                    for (int row = 0; row < product.rows; row++) {
                        for (int column = 0; column < product.columns; column++) {
                            double sum = product.start[column];
                            for (int k = 0; k < product.depth; k++) {
                                sum +=
                                        (double) product.a[row * product.stride + k]
                                                * product.weights[column * product.depth + k];
                            }
                            assertThat((double) c[row * product.columns + column])
                                    .isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-4));
                        }
                    }
                });
    }

    @Test
    void elementwiseStepsAreTheScalarTwinsToTheBit() {
        Seeds.forAll(
                40,
                random -> {
                    int columns = 16 * (1 + random.nextInt(5));
                    int rows = 1 + random.nextInt(4);
                    float[] base = floats(random, rows * columns);
                    float[] x = floats(random, rows * columns);
                    float[] one = floats(random, rows * columns);
                    float[] two = one.clone();
                    VECTOR.cross(base, 0, columns, x, 0, columns, one, 0, columns, rows, columns);
                    SCALAR.cross(base, 0, columns, x, 0, columns, two, 0, columns, rows, columns);
                    int odd = columns - random.nextInt(16);
                    VECTOR.relu(one, 0, columns, rows, odd);
                    SCALAR.relu(two, 0, columns, rows, odd);
                    VECTOR.addScaled(0.3f, x, 0, one, 0, odd);
                    SCALAR.addScaled(0.3f, x, 0, two, 0, odd);
                    assertThat(one).isEqualTo(two);
                });
    }

    @Test
    void thePeakRateIsAMeasuredNumber() {
        AtomicLong nanos = new AtomicLong();
        double rate = PeakRate.gigaMultiplyAdds(() -> nanos.addAndGet(1_000), 3_000);
        double lanes = FloatVector.SPECIES_PREFERRED.length();
        assertThat(rate).isEqualTo(50_000 * 12 * lanes / 1_000);
    }

    @Test
    void theExponentialIsWithinThreeTenMillionthsOfTheTruth() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            float x = (float) random.nextDouble(-87, 88);
            double truth = Math.exp(x);
            assertThat(Math.abs(Exponential.exp(x) / truth - 1)).isLessThan(3e-7);
        }
        assertThat(Exponential.exp(0f)).isEqualTo(1f);
        assertThat(Exponential.exp(Float.NaN)).isNaN();
    }

    private static float[] floats(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static final class Product {
        final int columns;
        final int depth;
        final int rows;
        final int stride;
        final float[] weights;
        final float[] a;
        final float[] start;

        Product(SplittableRandom random) {
            columns = 1 + random.nextInt(100);
            depth = 1 + random.nextInt(80);
            rows = Kernels.ROW_BLOCK * (1 + random.nextInt(3));
            stride = depth + random.nextInt(5);
            weights = floats(random, columns * depth);
            a = floats(random, rows * stride);
            start = java.util.Arrays.copyOf(floats(random, columns), columns + 48);
        }

        float[] by(Kernels kernels, int shared) {
            PackedMatrix b = kernels.pack(weights, columns, depth);
            float[] from = start.clone();
            kernels.multiplyRow(b, shared, a, 0, start, from);
            int wide = b.columnsWritten();
            float[] c = new float[rows * wide];
            kernels.multiply(b, shared, a, 0, stride, rows, from, c, 0, wide);
            float[] result = new float[rows * columns];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(c, row * wide, result, row * columns, columns);
            }
            return result;
        }
    }

    @Test
    void exponentialsAreTheSameBitsOnVectors() {
        Seeds.forAll(
                50,
                random -> {
                    float[] wide = new float[1 + random.nextInt(70)];
                    for (int i = 0; i < wide.length; i++) {
                        wide[i] = (float) (random.nextGaussian() * 60);
                    }
                    float[] narrow = wide.clone();
                    Kernels.ofThisMachine().exp(wide, 0, wide.length, 1.5f);
                    Kernels.scalar().exp(narrow, 0, narrow.length, 1.5f);
                    assertThat(wide).containsExactly(narrow);
                });
    }

    @Test
    void aMatrixFilledFromRowsMultipliesLikeOneFilledFromColumns() {
        for (Kernels kernels : List.of(Kernels.ofThisMachine(), Kernels.scalar())) {
            int columns = 37;
            int depth = 5;
            SplittableRandom random = new SplittableRandom(1);
            float[] byColumn = new float[columns * depth];
            float[] byRow = new float[depth * (columns + 3)];
            for (int column = 0; column < columns; column++) {
                for (int k = 0; k < depth; k++) {
                    byColumn[column * depth + k] = random.nextFloat();
                    byRow[k * (columns + 3) + column] = byColumn[column * depth + k];
                }
            }
            PackedMatrix expected = kernels.pack(byColumn, columns, depth);
            PackedMatrix filled = kernels.allocate(columns, depth);
            filled.fillFromRows(byRow, 0, columns + 3);
            assertThat(filled.panels()).containsExactly(expected.panels());
        }
    }
}
