package dev.mobula.training.kernels;

import jdk.incubator.vector.FloatVector;

/// Sums and products along rows of activations, for backward passes. All implementations give the same bits.
///
/// Element-by-element loops are in [Elementwise]: the compiler makes vectors of them by itself.
public interface LayerKernels {
    /// Sum of products of two rows.
    float dot(float[] a, int aAt, float[] b, int bAt, int count);

    /// Sum of a row.
    float sum(float[] a, int at, int count);

    /// Greatest of a row.
    float max(float[] a, int at, int count);

    /// Clears the gradient where the activation is not above zero.
    void reluBackward(
            float[] activation, int activationAt, float[] gradient, int gradientAt, int count);

    /// The widest that this machine executes as single instructions.
    static LayerKernels ofThisMachine() {
        return FloatVector.SPECIES_PREFERRED.length() >= 8
                ? new VectorLayerKernels()
                : new ScalarLayerKernels();
    }

    /// The twin without vectors.
    static LayerKernels scalar() {
        return new ScalarLayerKernels();
    }
}
