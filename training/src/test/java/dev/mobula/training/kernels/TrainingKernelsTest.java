package dev.mobula.training.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import dev.mobula.training.kernels.StepKernels.Adam;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class TrainingKernelsTest {
    private static final int COUNT = 9_001;
    private static final Adam ADAM = new Adam(0.01f, 0.9f, 0.999f, 1e-8f, 0.7f, 0.99f);

    private static List<MemorySegment> segments(Arena arena, long seed, int count) {
        List<MemorySegment> segments = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (int s = 0; s < count; s++) {
            MemorySegment segment = arena.allocate(COUNT * 4L, 64);
            for (int i = 0; i < COUNT; i++) {
                float value = (float) random.nextGaussian();
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, s == 3 ? Math.abs(value) : value);
            }
            segments.add(segment);
        }
        return segments;
    }

    private static float[] floats(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_FLOAT);
    }

    @Test
    void stepsAreTheSameBitsOnVectors() {
        Seeds.forAll(
                20,
                random -> {
                    long seed = random.nextLong();
                    int at = random.nextInt(100);
                    int count = random.nextInt(COUNT - at);
                    int width = 1 + random.nextInt(70);
                    assertThat(step(StepKernels.ofThisMachine(), seed, at, count, width))
                            .isDeepEqualTo(step(StepKernels.scalar(), seed, at, count, width));
                });
    }

    private static float[][] step(StepKernels kernels, long seed, int at, int count, int width) {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> s = segments(arena, seed, 6);
            kernels.adam(ADAM, 0.3f, s.get(0), s.get(1), s.get(2), s.get(3), at, count);
            kernels.add(s.get(1), at, s.get(2), 0, count);
            MemorySegment row = s.get(4);
            row.setAtIndex(ValueLayout.JAVA_FLOAT, at + width, 0.5f);
            kernels.adagradRow(0.1f, 1e-8f, 0.2f, row, at, width, s.get(1), 7);
            kernels.adamRow(ADAM, 0.2f, s.get(3), 0, width, s.get(1), 7);
            float squares = (float) kernels.sumOfSquares(s.get(5), count);
            return new float[][] {
                floats(s.get(0)), floats(s.get(2)), floats(s.get(3)), floats(row), {squares}
            };
        }
    }

    @Test
    void sumsOfRowsAreTheSameBitsOnVectors() {
        Seeds.forAll(
                50,
                random -> {
                    float[] a = floats(random, 200);
                    float[] b = floats(random, 200);
                    int at = random.nextInt(50);
                    int count = 1 + random.nextInt(150);
                    assertThat(sums(LayerKernels.ofThisMachine(), a, b, at, count))
                            .containsExactly(sums(LayerKernels.scalar(), a, b, at, count));
                });
    }

    @Test
    void whatAnActivationCutsOffIsTheSameOnVectors() {
        Seeds.forAll(
                50,
                random -> {
                    float[] activation = floats(random, 200);
                    activation[random.nextInt(200)] = Float.NaN;
                    float[] gradient = floats(random, 200);
                    float[] twin = gradient.clone();
                    int at = random.nextInt(50);
                    int count = 1 + random.nextInt(150);
                    LayerKernels.ofThisMachine().reluBackward(activation, at, gradient, at, count);
                    LayerKernels.scalar().reluBackward(activation, at, twin, at, count);
                    assertThat(gradient).containsExactly(twin);
                    for (int j = at; j < at + count; j++) {
                        assertThat(activation[j] > 0 || gradient[j] == 0).isTrue();
                    }
                });
    }

    private static float[] sums(LayerKernels kernels, float[] a, float[] b, int at, int count) {
        return new float[] {
            kernels.dot(a, at, b, 0, count), kernels.sum(a, at, count), kernels.max(a, at, count)
        };
    }

    private static float[] floats(RandomGenerator random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /// Runs record it, and bundles are named by what they record.
    @Test
    void kernelsAreNamedByWhatTheyAre() {
        assertThat(StepKernels.ofThisMachine()).hasToString(StepKernels.ofThisMachine().toString());
        assertThat(StepKernels.scalar()).hasToString("scalar");
    }
}
