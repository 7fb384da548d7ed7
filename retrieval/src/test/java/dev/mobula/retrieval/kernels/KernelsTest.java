package dev.mobula.retrieval.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class KernelsTest {
    private static final Kernels SCALAR = new ScalarKernels();
    private static final Kernels SIMD = new SimdKernels();
    private static final int ROWS = 6;

    @Test
    void theBestKernelsUseWholeVectorsOfThisProcessor() {
        assertThat(SimdKernels.isSupported()).isTrue();
        assertThat(Kernels.best().name()).isEqualTo(SIMD.name());
    }

    @Test
    void floatKernelsAgreeWithTheScalarTwin() {
        Seeds.forAll(200, random -> checkFloats(random, Kernels.padded(1 + random.nextInt(600))));
    }

    @Test
    void codeKernelsAgreeWithTheScalarTwin() {
        Seeds.forAll(200, random -> checkCodes(random, Kernels.padded(1 + random.nextInt(600))));
    }

    @Test
    void blocksOfRowsAgreeWithTheScalarTwin() {
        Seeds.forAll(
                100,
                random -> {
                    int length = Kernels.padded(1 + random.nextInt(200));
                    int blocks = 1 + random.nextInt(4);
                    float[] rows = floats(random, 3 + blocks * Kernels.PADDING * length);
                    float[] query = floats(random, length);
                    float[] actual = new float[blocks * Kernels.PADDING];
                    float[] expected = new float[actual.length];
                    MemorySegment segment = MemorySegment.ofArray(rows);
                    SIMD.dotBlocks(query, segment, 12, length, blocks, actual);
                    SCALAR.dotBlocks(query, segment, 12, length, blocks, expected);
                    assertThat(actual).containsExactly(expected, tolerance(length));
                });
    }

    @Test
    void productsWithPointsOfPlanesAgreeWithTheScalarTwin() {
        Seeds.forAll(
                100,
                random -> {
                    int planes = 1 + random.nextInt(100);
                    float[] query = floats(random, 2 * planes);
                    float[] points = floats(random, 2 * 16 * planes);
                    float[][] actual = {
                        new float[16 * planes], new float[planes], new float[planes]
                    };
                    float[][] expected = {
                        new float[16 * planes], new float[planes], new float[planes]
                    };
                    SIMD.planeProducts(query, points, planes, actual[0], actual[1], actual[2]);
                    SCALAR.planeProducts(
                            query, points, planes, expected[0], expected[1], expected[2]);
                    for (int i = 0; i < 3; i++) {
                        assertThat(actual[i]).containsExactly(expected[i], within(1e-6f));
                    }
                });
    }

    @Test
    void sumsOfFourBitCodesAreThoseOfTheScalarTwin() {
        Seeds.forAll(
                300,
                random -> {
                    byte[] tables = new byte[128 * (1 + random.nextInt(16))];
                    int entryMax = Math.min(127, Short.MAX_VALUE / (tables.length / 16));
                    for (int i = 0; i < tables.length; i++) {
                        tables[i] = (byte) random.nextInt(entryMax + 1);
                    }
                    byte[] codes = new byte[16 + tables.length];
                    random.nextBytes(codes);
                    MemorySegment segment = MemorySegment.ofArray(codes);
                    int threshold = random.nextInt(-1, 2 + entryMax * tables.length / 16);
                    short[] actual = new short[Kernels.BLOCK_ROWS];
                    short[] expected = new short[Kernels.BLOCK_ROWS];
                    int above = SIMD.sumCodes(segment, 16, tables, threshold, actual);
                    assertThat(above)
                            .isEqualTo(SCALAR.sumCodes(segment, 16, tables, threshold, expected));
                    if (above != 0) {
                        assertThat(actual).isEqualTo(expected);
                    }
                    short[] narrow = new short[Kernels.BLOCK_ROWS];
                    short[] wide = new short[Kernels.BLOCK_ROWS];
                    assertThat(SimdKernels.sumCodesNarrow(segment, 16, tables, threshold, narrow))
                            .isEqualTo(WideShuffles.sumCodes(segment, 16, tables, threshold, wide))
                            .isEqualTo(above);
                    assertThat(narrow).isEqualTo(wide);
                });
    }

    @Test
    void boundsAgreeWithTheScalarTwin() {
        Seeds.forAll(
                200,
                random -> {
                    int length = Kernels.padded(1 + random.nextInt(900));
                    float[] values = floats(random, length + 3);
                    float bound = values[random.nextInt(length)];
                    assertThat(SIMD.largest(values, length))
                            .isEqualTo(SCALAR.largest(values, length));
                    assertThat(SIMD.smallest(values, length))
                            .isEqualTo(SCALAR.smallest(values, length));
                    int[] actual = new int[length];
                    int[] expected = new int[length];
                    assertThat(SIMD.countAtLeast(values, length, bound))
                            .isEqualTo(SCALAR.countAtLeast(values, length, bound))
                            .isEqualTo(SIMD.placesAtLeast(values, length, bound, actual))
                            .isEqualTo(SCALAR.placesAtLeast(values, length, bound, expected))
                            .isPositive();
                    assertThat(actual).isEqualTo(expected);
                });
    }

    @Test
    void arrayKernelsAgreeWithTheScalarTwin() {
        Seeds.forAll(
                200,
                random -> {
                    int length = Kernels.padded(1 + random.nextInt(600));
                    float[] a = floats(random, length + 5);
                    float[] b = floats(random, length + 9);
                    assertThat(SIMD.dot(a, 5, b, 9, length))
                            .isCloseTo(SCALAR.dot(a, 5, b, 9, length), tolerance(length));
                    assertThat(SIMD.squaredDistance(a, 5, b, 9, length))
                            .isCloseTo(
                                    SCALAR.squaredDistance(a, 5, b, 9, length), tolerance(length));
                    assertThat(SIMD.cosine(a, 5, b, 9, length))
                            .isCloseTo(SCALAR.cosine(a, 5, b, 9, length), within(1e-5f));
                });
    }

    @Test
    void cosineOfAVectorWithoutLengthIsZero() {
        assertThat(SIMD.cosine(new float[16], 0, new float[16], 0, 16)).isZero();
    }

    @Test
    void paddingAddsNothing() {
        assertThat(Kernels.padded(1)).isEqualTo(16);
        assertThat(Kernels.padded(16)).isEqualTo(16);
        assertThat(Kernels.padded(17)).isEqualTo(32);
    }

    private static void checkFloats(SplittableRandom random, int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate(4L * length * ROWS, 64);
            for (int i = 0; i < length * ROWS; i++) {
                rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() * 2 - 1);
            }
            float[] query = floats(random, length);
            long[] at = new long[4];
            for (int i = 0; i < 4; i++) {
                at[i] = 4L * length * random.nextInt(ROWS);
            }
            Offset<Float> tolerance = tolerance(length);
            assertThat(SIMD.dot(query, rows, at[0], length))
                    .isCloseTo(SCALAR.dot(query, rows, at[0], length), tolerance);
            assertThat(SIMD.squaredDistance(query, rows, at[1], length))
                    .isCloseTo(SCALAR.squaredDistance(query, rows, at[1], length), tolerance);
            assertThat(SIMD.dot(rows, at[0], at[1], length))
                    .isCloseTo(SCALAR.dot(rows, at[0], at[1], length), tolerance);
            assertThat(SIMD.squaredDistance(rows, at[2], at[3], length))
                    .isCloseTo(SCALAR.squaredDistance(rows, at[2], at[3], length), tolerance);
            float[] four = new float[6];
            float[] expected = new float[6];
            SIMD.dot4(query, rows, at[0], at[1], at[2], at[3], length, four, 1);
            SCALAR.dot4(query, rows, at[0], at[1], at[2], at[3], length, expected, 1);
            assertThat(four).containsExactly(expected, tolerance);
        }
    }

    private static void checkCodes(SplittableRandom random, int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment codes = arena.allocate((long) length * ROWS, 64);
            for (int i = 0; i < length * ROWS; i++) {
                codes.set(ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt(255) - 127));
            }
            float[] query = floats(random, length);
            Offset<Float> tolerance = within(127e-6f * length);
            long[] at = new long[4];
            for (int i = 0; i < 4; i++) {
                at[i] = (long) length * random.nextInt(ROWS);
            }
            assertThat(SIMD.dotCodes(query, codes, at[0], length))
                    .isCloseTo(SCALAR.dotCodes(query, codes, at[0], length), tolerance);
            float[] four = new float[4];
            float[] expected = new float[4];
            SIMD.dotCodes4(query, codes, at[0], at[1], at[2], at[3], length, four, 0);
            SCALAR.dotCodes4(query, codes, at[0], at[1], at[2], at[3], length, expected, 0);
            assertThat(four).containsExactly(expected, tolerance);
        }
    }

    private static float[] floats(SplittableRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    private static Offset<Float> tolerance(int length) {
        return within(1e-6f * Math.max(length, 16));
    }
}
