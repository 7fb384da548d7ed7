package dev.mobula.training.kernels;

import static dev.mobula.training.kernels.StepKernels.PARTS;

/// The kernels one number at a time, in sixteen partial sums.
final class ScalarLayerKernels implements LayerKernels {
    @Override
    public float dot(float[] a, int aAt, float[] b, int bAt, int count) {
        float[] parts = new float[PARTS];
        for (int j = 0; j < count; j++) {
            parts[j % PARTS] = Math.fma(a[aAt + j], b[bAt + j], parts[j % PARTS]);
        }
        return ScalarStepKernels.fold(parts);
    }

    @Override
    public float sum(float[] a, int at, int count) {
        float[] parts = new float[PARTS];
        for (int j = 0; j < count; j++) {
            parts[j % PARTS] += a[at + j];
        }
        return ScalarStepKernels.fold(parts);
    }

    @Override
    public void reluBackward(
            float[] activation, int activationAt, float[] gradient, int gradientAt, int count) {
        for (int j = 0; j < count; j++) {
            float kept = gradient[gradientAt + j];
            gradient[gradientAt + j] = activation[activationAt + j] > 0f ? kept : 0f;
        }
    }

    @Override
    public float max(float[] a, int at, int count) {
        float max = a[at];
        for (int j = 1; j < count; j++) {
            max = Math.max(max, a[at + j]);
        }
        return max;
    }
}
