package dev.mobula.training.program;

import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.training.kernels.Elementwise;
import java.util.Arrays;

/// A layer's output during a step, and its gradient: columns of a buffer, row after row.
///
/// Gradients come from each reader in turn: the first sets, the others add.
final class Value {
    private final float[] values;
    private final float[] gradients;
    private final int offset;
    private final int width;
    private final int stride;
    private boolean hasGradient;

    private Value(float[] values, float[] gradients, int offset, int width, int stride) {
        this.values = values;
        this.gradients = gradients;
        this.offset = offset;
        this.width = width;
        this.stride = stride;
    }

    /// A value with a buffer of its own.
    static Value create(int rows, int width) {
        int stride = Kernels.padColumns(width);
        int size = Kernels.padRows(rows) * stride + 2 * Kernels.COLUMN_BLOCK;
        return new Value(new float[size], new float[size], 0, width, stride);
    }

    /// Columns of this value's buffer as a value of its own.
    Value part(int from, int partWidth) {
        return new Value(values, gradients, offset + from, partWidth, stride);
    }

    float[] values() {
        return values;
    }

    float[] gradients() {
        return gradients;
    }

    int width() {
        return width;
    }

    int stride() {
        return stride;
    }

    /// Where a row starts, in values and gradients alike.
    int at(int row) {
        return offset + row * stride;
    }

    /// Whether a product may write whole blocks of columns over the gradient.
    boolean takesWholeBlocks() {
        return (offset == 0 && stride == Kernels.padColumns(width))
                || width % Kernels.COLUMN_BLOCK == 0;
    }

    void forgetGradient() {
        hasGradient = false;
    }

    boolean hasGradient() {
        return hasGradient;
    }

    void setHasGradient() {
        hasGradient = true;
    }

    /// Zeros, when nobody reads this value.
    void requireGradient(int rows) {
        if (!hasGradient) {
            for (int row = 0; row < rows; row++) {
                Arrays.fill(gradients, at(row), at(row) + width, 0f);
            }
            hasGradient = true;
        }
    }

    /// Sets or adds one row of a gradient; the caller says at the end that it is there.
    void takeGradient(int row, float[] from, int fromAt) {
        if (hasGradient) {
            Elementwise.add(from, fromAt, gradients, at(row), width);
        } else {
            System.arraycopy(from, fromAt, gradients, at(row), width);
        }
    }
}
