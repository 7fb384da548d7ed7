package dev.mobula.training.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The kernels one number at a time.
final class ScalarStepKernels implements StepKernels {
    static final int BLOCK = 4096;

    private static float get(MemorySegment values, long index) {
        return values.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static void set(MemorySegment values, long index, float value) {
        values.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    @Override
    public void adam(
            Adam constants,
            float scale,
            MemorySegment parameters,
            MemorySegment gradients,
            MemorySegment first,
            MemorySegment second,
            long at,
            long count) {
        for (long i = at; i < at + count; i++) {
            adamOne(constants, get(gradients, i) * scale, parameters, i, first, i, second, i);
        }
    }

    static void adamOne(
            Adam c,
            float g,
            MemorySegment parameters,
            long at,
            MemorySegment first,
            long firstAt,
            MemorySegment second,
            long secondAt) {
        float m = Math.fma(c.beta1(), get(first, firstAt), (1 - c.beta1()) * g);
        float v = Math.fma(c.beta2(), get(second, secondAt), (1 - c.beta2()) * g * g);
        set(first, firstAt, m);
        set(second, secondAt, v);
        float divisor = (float) Math.sqrt(v) / c.secondCorrection() + c.epsilon();
        set(parameters, at, Math.fma(-c.rate(), m / divisor, get(parameters, at) * c.keep()));
    }

    @Override
    public void adagradRow(
            float rate,
            float epsilon,
            float scale,
            MemorySegment row,
            long at,
            int width,
            MemorySegment gradient,
            long gradientAt) {
        float[] parts = new float[PARTS];
        for (int j = 0; j < width; j++) {
            float g = get(gradient, gradientAt + j) * scale;
            parts[j % PARTS] = Math.fma(g, g, parts[j % PARTS]);
        }
        float sum = get(row, at + width) + fold(parts) / width;
        set(row, at + width, sum);
        float factor = -rate / ((float) Math.sqrt(sum) + epsilon) * scale;
        for (int j = 0; j < width; j++) {
            set(row, at + j, Math.fma(factor, get(gradient, gradientAt + j), get(row, at + j)));
        }
    }

    @Override
    public void adamRow(
            Adam constants,
            float scale,
            MemorySegment row,
            long at,
            int width,
            MemorySegment gradient,
            long gradientAt) {
        for (int j = 0; j < width; j++) {
            float g = get(gradient, gradientAt + j) * scale;
            adamOne(constants, g, row, at + j, row, at + width + j, row, at + 2L * width + j);
        }
    }

    @Override
    public void add(MemorySegment from, long fromAt, MemorySegment into, long intoAt, long count) {
        for (long i = 0; i < count; i++) {
            set(into, intoAt + i, get(into, intoAt + i) + get(from, fromAt + i));
        }
    }

    @Override
    public double sumOfSquares(MemorySegment values, long count) {
        double sum = 0;
        float[] parts = new float[PARTS];
        for (long block = 0; block < count; block += BLOCK) {
            Arrays.fill(parts, 0f);
            long end = Math.min(count, block + BLOCK);
            for (long i = block; i < end; i++) {
                int part = (int) ((i - block) % PARTS);
                parts[part] = Math.fma(get(values, i), get(values, i), parts[part]);
            }
            sum += fold(parts);
        }
        return sum;
    }

    /// Adds the partial sums up in pairs.
    static float fold(float[] parts) {
        for (int half = PARTS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                parts[i] += parts[i + half];
            }
        }
        return parts[0];
    }

    @Override
    public String toString() {
        return "scalar";
    }
}
