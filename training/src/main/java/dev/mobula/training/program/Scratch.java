package dev.mobula.training.program;

import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.kernels.PackedMatrix;
import java.util.HashMap;
import java.util.Map;

/// Working memory that the layers of a program use one after the other, so that it stays in the cache.
final class Scratch {
    private final Kernels kernels;
    private final Map<Long, PackedMatrix> packed = new HashMap<>();
    private float[] transposed = new float[0];
    private float[] product = new float[0];
    private float[] zeros = new float[0];

    Scratch(Kernels kernels) {
        this.kernels = kernels;
    }

    /// A matrix of that shape, holding whatever it held last.
    PackedMatrix packed(int columns, int depth) {
        return packed.computeIfAbsent(
                ((long) columns << 32) | depth, shape -> kernels.allocate(columns, depth));
    }

    float[] transposed(int size) {
        transposed = transposed.length < size ? new float[size] : transposed;
        return transposed;
    }

    float[] product(int size) {
        product = product.length < size ? new float[size] : product;
        return product;
    }

    float[] zeros(int size) {
        zeros = zeros.length < size ? new float[size] : zeros;
        return zeros;
    }
}
