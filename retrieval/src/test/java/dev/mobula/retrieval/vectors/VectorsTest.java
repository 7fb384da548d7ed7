package dev.mobula.retrieval.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class VectorsTest {
    @Test
    void aWrongDimensionIsRefusedWithBothNumbers() {
        assertThatThrownBy(() -> Metric.COSINE.prepared("vector of 7", new float[3], 4))
                .isInstanceOf(RetrievalException.class)
                .hasMessage("vector of 7.length=3: must be 4");
    }

    @Test
    void valuesThatAreNotFiniteAreRefusedWithTheirPlace() {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Metric.SQUARED_L2.prepared("query", new float[] {0, value}, 2))
                    .isInstanceOf(RetrievalException.class)
                    .hasMessage("query[1]=" + value + ": must be finite");
        }
    }

    @Test
    void aVectorWithoutDirectionIsRefusedForCosineAlone() {
        assertThatThrownBy(() -> Metric.COSINE.prepared("query", new float[2], 2))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("direction");
        assertThat(Metric.INNER_PRODUCT.prepared("query", new float[2], 2)).hasSize(16);
    }

    @Test
    void cosineStoresVectorsOfLengthOne() {
        float[] prepared = Metric.COSINE.prepared("v", new float[] {3e20f, 4e20f}, 2);
        assertThat(prepared[0]).isCloseTo(.6f, within(1e-6f));
        assertThat(prepared[1]).isCloseTo(.8f, within(1e-6f));
    }

    @Test
    void rowsStartOnCacheLines() {
        RowLayout layout = new RowLayout(70);
        assertThat(layout.length()).isEqualTo(80);
        assertThat(layout.floatRowBytes() % 64).isZero();
        assertThat(layout.codeRowBytes()).isEqualTo(128);
    }

    @Test
    void codesReconstructEveryValueToHalfAStep() {
        Seeds.forAll(
                100,
                random -> {
                    int dimension = 1 + random.nextInt(200);
                    float magnitude = (float) Math.pow(10, random.nextInt(-44, 38));
                    float[] vector = new float[dimension];
                    for (int i = 0; i < dimension; i++) {
                        vector[i] = (random.nextFloat() * 2 - 1) * magnitude;
                    }
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment codes = arena.allocate(dimension);
                        float scale = Int8Rows.encode(vector, dimension, codes, 0);
                        for (int i = 0; i < dimension; i++) {
                            float value = codes.get(ValueLayout.JAVA_BYTE, i) * scale;
                            assertThat(value)
                                    .isCloseTo(
                                            vector[i],
                                            within(scale * .5001f + 127 * Float.MIN_VALUE));
                        }
                    }
                });
    }

    @Test
    void rowsKeepWhatWasWritten() {
        try (Arena arena = Arena.ofConfined()) {
            VectorRows rows = VectorRows.create(arena, 3, 2);
            rows.set(1, Metric.INNER_PRODUCT.prepared("v", new float[] {1, 2, 3}, 3));
            float[] read = new float[16];
            rows.get(1, read);
            assertThat(read).startsWith(1, 2, 3).endsWith(0, 0, 0);
            rows.get(0, read);
            assertThat(read).containsOnly(0);
        }
    }
}
