package dev.mobula.training.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * One vector of sixteen lanes, or two of eight, hold the sixteen partial sums. What is left after whole sixteens goes
 * into the parts one by one, as the twin does it.
 */
/// The kernels on the vectors of this machine.
final class VectorStepKernels implements StepKernels {
    private static final VectorSpecies<Float> S =
            FloatVector.SPECIES_PREFERRED.length() >= PARTS
                    ? FloatVector.SPECIES_512
                    : FloatVector.SPECIES_256;
    private static final int LANES = S.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private static FloatVector load(MemorySegment values, long index) {
        return FloatVector.fromMemorySegment(S, values, index * Float.BYTES, ORDER);
    }

    private static void store(FloatVector vector, MemorySegment values, long index) {
        vector.intoMemorySegment(values, index * Float.BYTES, ORDER);
    }

    private static float get(MemorySegment values, long index) {
        return values.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static void set(MemorySegment values, long index, float value) {
        values.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    @Override
    public void adam(
            Adam c,
            float scale,
            MemorySegment parameters,
            MemorySegment gradients,
            MemorySegment first,
            MemorySegment second,
            long at,
            long count) {
        long whole = count - count % LANES;
        for (long i = at; i < at + whole; i += LANES) {
            FloatVector g = load(gradients, i).mul(scale);
            FloatVector m = load(first, i);
            FloatVector v = load(second, i);
            m = m.fma(FloatVector.broadcast(S, c.beta1()), g.mul(1 - c.beta1()));
            v = v.fma(FloatVector.broadcast(S, c.beta2()), g.mul(1 - c.beta2()).mul(g));
            store(m, first, i);
            store(v, second, i);
            FloatVector divisor =
                    v.lanewise(VectorOperators.SQRT).div(c.secondCorrection()).add(c.epsilon());
            FloatVector kept = load(parameters, i).mul(c.keep());
            store(m.div(divisor).fma(FloatVector.broadcast(S, -c.rate()), kept), parameters, i);
        }
        for (long i = at + whole; i < at + count; i++) {
            float g = get(gradients, i) * scale;
            ScalarStepKernels.adamOne(c, g, parameters, i, first, i, second, i);
        }
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
        float squares = squares(gradient, gradientAt, width, scale);
        float sum = get(row, at + width) + squares / width;
        set(row, at + width, sum);
        float factor = -rate / ((float) Math.sqrt(sum) + epsilon) * scale;
        addScaled(factor, gradient, gradientAt, row, at, width);
    }

    private static void addScaled(
            float factor, MemorySegment from, long fromAt, MemorySegment into, long at, int count) {
        FloatVector scale = FloatVector.broadcast(S, factor);
        int whole = count - count % LANES;
        for (int j = 0; j < whole; j += LANES) {
            store(scale.fma(load(from, fromAt + j), load(into, at + j)), into, at + j);
        }
        for (int j = whole; j < count; j++) {
            set(into, at + j, Math.fma(factor, get(from, fromAt + j), get(into, at + j)));
        }
    }

    private static float squares(MemorySegment values, long at, int count, float scale) {
        int whole = count - count % PARTS;
        FloatVector low = FloatVector.zero(S);
        FloatVector high = FloatVector.zero(S);
        for (int j = 0; j < whole; j += PARTS) {
            FloatVector x = load(values, at + j).mul(scale);
            low = x.fma(x, low);
            if (LANES < PARTS) {
                FloatVector y = load(values, at + j + LANES).mul(scale);
                high = y.fma(y, high);
            }
        }
        if (whole == count) {
            return fold(low, high);
        }
        float[] parts = parts(low, high);
        for (int j = whole; j < count; j++) {
            float g = get(values, at + j) * scale;
            parts[j - whole] = Math.fma(g, g, parts[j - whole]);
        }
        return ScalarStepKernels.fold(parts);
    }

    static float[] parts(FloatVector low, FloatVector high) {
        float[] parts = new float[PARTS];
        low.intoArray(parts, 0);
        if (LANES < PARTS) {
            high.intoArray(parts, LANES);
        }
        return parts;
    }

    private static float fold(FloatVector low, FloatVector high) {
        return ScalarStepKernels.fold(parts(low, high));
    }

    @Override
    public void adamRow(
            Adam c,
            float scale,
            MemorySegment row,
            long at,
            int width,
            MemorySegment gradient,
            long gradientAt) {
        for (int j = 0; j < width; j++) {
            float g = get(gradient, gradientAt + j) * scale;
            ScalarStepKernels.adamOne(
                    c, g, row, at + j, row, at + width + j, row, at + 2L * width + j);
        }
    }

    @Override
    public void add(MemorySegment from, long fromAt, MemorySegment into, long intoAt, long count) {
        long whole = count - count % LANES;
        for (long i = 0; i < whole; i += LANES) {
            store(load(into, intoAt + i).add(load(from, fromAt + i)), into, intoAt + i);
        }
        for (long i = whole; i < count; i++) {
            set(into, intoAt + i, get(into, intoAt + i) + get(from, fromAt + i));
        }
    }

    @Override
    public double sumOfSquares(MemorySegment values, long count) {
        double sum = 0;
        for (long at = 0; at < count; at += ScalarStepKernels.BLOCK) {
            int block = (int) Math.min(ScalarStepKernels.BLOCK, count - at);
            sum += squares(values, at, block, 1f);
        }
        return sum;
    }

    @Override
    public String toString() {
        return "vectors of " + LANES;
    }
}
