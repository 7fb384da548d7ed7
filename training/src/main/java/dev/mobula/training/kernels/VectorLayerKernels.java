package dev.mobula.training.kernels;

import static dev.mobula.training.kernels.StepKernels.PARTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The kernels on the vectors of this machine.
final class VectorLayerKernels implements LayerKernels {
    private static final VectorSpecies<Float> S =
            FloatVector.SPECIES_PREFERRED.length() >= PARTS
                    ? FloatVector.SPECIES_512
                    : FloatVector.SPECIES_256;
    private static final int LANES = S.length();

    @Override
    public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        int whole = count - count % PARTS;
        FloatVector low = FloatVector.zero(S);
        FloatVector high = FloatVector.zero(S);
        for (int j = 0; j < whole; j += PARTS) {
            low = load(a, aAt + j).fma(load(b, bAt + j), low);
            if (LANES < PARTS) {
                high = load(a, aAt + j + LANES).fma(load(b, bAt + j + LANES), high);
            }
        }
        float[] parts = VectorStepKernels.parts(low, high);
        for (int j = whole; j < count; j++) {
            parts[j - whole] = Math.fma(a[aAt + j], b[bAt + j], parts[j - whole]);
        }
        return ScalarStepKernels.fold(parts);
    }

    private static FloatVector load(float[] values, int at) {
        return FloatVector.fromArray(S, values, at);
    }

    @Override
    public float sum(float[] a, int at, int count) {
        int whole = count - count % PARTS;
        FloatVector low = FloatVector.zero(S);
        FloatVector high = FloatVector.zero(S);
        for (int j = 0; j < whole; j += PARTS) {
            low = low.add(load(a, at + j));
            if (LANES < PARTS) {
                high = high.add(load(a, at + j + LANES));
            }
        }
        float[] parts = VectorStepKernels.parts(low, high);
        for (int j = whole; j < count; j++) {
            parts[j - whole] += a[at + j];
        }
        return ScalarStepKernels.fold(parts);
    }

    @Override
    public void reluBackward(
            float[] activation, int activationAt, float[] gradient, int gradientAt, int count) {
        int whole = S.loopBound(count);
        for (int j = 0; j < whole; j += LANES) {
            VectorMask<Float> isOff =
                    load(activation, activationAt + j).compare(VectorOperators.GT, 0f).not();
            load(gradient, gradientAt + j).blend(0f, isOff).intoArray(gradient, gradientAt + j);
        }
        for (int j = whole; j < count; j++) {
            float kept = gradient[gradientAt + j];
            gradient[gradientAt + j] = activation[activationAt + j] > 0f ? kept : 0f;
        }
    }

    @Override
    public float max(float[] a, int at, int count) {
        int whole = S.loopBound(count);
        float max = a[at];
        if (whole > 0) {
            FloatVector most = load(a, at);
            for (int j = LANES; j < whole; j += LANES) {
                most = most.max(load(a, at + j));
            }
            max = most.reduceLanes(VectorOperators.MAX);
        }
        for (int j = whole; j < count; j++) {
            max = Math.max(max, a[at + j]);
        }
        return max;
    }
}
