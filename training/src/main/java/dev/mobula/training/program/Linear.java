package dev.mobula.training.program;

import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.kernels.PackedMatrix;
import dev.mobula.training.kernels.Elementwise;
import dev.mobula.training.program.ParameterLayout.Slice;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/*
 *   y  = x W^T + b            W packed by columns
 *   dx = dy W                 W packed by rows
 *   dW = dy^T x               x packed by rows, dy transposed
 *
 * Layers that read the same input are one product: their weights lie one below the other. Rows run in tiles that fit
 * the second cache beside a panel of weights.
 */
/// A product with weights, forward and backward, for one or several layers with one input.
final class Linear {
    private static final int TILE_ROWS = 10 * Kernels.ROW_BLOCK;

    private final Kernels kernels;
    private final Scratch scratch;
    private final List<Slice> weightSlices;
    private final List<Slice> biasSlices;
    private final int in;
    private final int out;
    private final int rowsPadded;
    private final float[] weights;
    private final PackedMatrix forward;
    private final PackedMatrix backward;
    private final float[] bias;
    private final float[] biasGradient;

    /// @param weightSlices of shape `[out, in]` each, and their biases
    Linear(
            Kernels kernels,
            Scratch scratch,
            List<Slice> weightSlices,
            List<Slice> biasSlices,
            int rowsMax) {
        this.kernels = kernels;
        this.scratch = scratch;
        this.weightSlices = weightSlices;
        this.biasSlices = biasSlices;
        this.in = weightSlices.getFirst().shape().getLast();
        this.out = biasSlices.stream().mapToInt(Slice::size).sum();
        this.rowsPadded = Kernels.padRows(rowsMax);
        this.weights = new float[out * in];
        this.forward = kernels.allocate(out, in);
        this.backward = kernels.allocate(in, out);
        this.bias = new float[forward.columnsWritten()];
        this.biasGradient = new float[out];
    }

    int out() {
        return out;
    }

    /// Takes in the parameters as they are now.
    void load(MemorySegment flat) {
        int at = 0;
        for (Slice slice : weightSlices) {
            copy(flat, slice, weights, at);
            at += slice.size();
        }
        at = 0;
        for (Slice slice : biasSlices) {
            copy(flat, slice, bias, at);
            at += slice.size();
        }
        forward.fillFromColumns(weights);
        backward.fillFromRows(weights, 0, in);
    }

    private static void copy(MemorySegment flat, Slice slice, float[] into, int at) {
        MemorySegment.copy(
                flat,
                (long) slice.offset() * Float.BYTES,
                MemorySegment.ofArray(into),
                (long) at * Float.BYTES,
                (long) slice.size() * Float.BYTES);
    }

    void forward(Value x, Value y, int rows) {
        multiply(
                forward,
                x.values(),
                x.at(0),
                x.stride(),
                bias,
                y.values(),
                y.at(0),
                y.stride(),
                rows);
    }

    private void multiply(
            PackedMatrix b,
            float[] a,
            int aAt,
            int aStride,
            float[] start,
            float[] c,
            int cAt,
            int cStride,
            int rows) {
        int padded = Kernels.padRows(rows);
        for (int first = 0; first < padded; first += TILE_ROWS) {
            int tile = Math.min(TILE_ROWS, padded - first);
            kernels.multiply(
                    b,
                    0,
                    a,
                    aAt + first * aStride,
                    aStride,
                    tile,
                    start,
                    c,
                    cAt + first * cStride,
                    cStride);
        }
    }

    /// Gives the parameters' gradients, and adds to the input's.
    void backward(Value x, Value y, int rows, MemorySegment flatGradient) {
        for (int row = rows; row < rowsPadded; row++) {
            Arrays.fill(y.gradients(), y.at(row), y.at(row) + out, 0f);
        }
        biasBackward(y, rows, flatGradient);
        weightsBackward(x, y, flatGradient);
        inputBackward(x, y, rows);
    }

    private void biasBackward(Value y, int rows, MemorySegment flatGradient) {
        Arrays.fill(biasGradient, 0f);
        for (int row = 0; row < rows; row++) {
            Elementwise.add(y.gradients(), y.at(row), biasGradient, 0, out);
        }
        int at = 0;
        for (Slice slice : biasSlices) {
            store(biasGradient, at, flatGradient, slice.offset(), slice.size());
            at += slice.size();
        }
    }

    private static void store(float[] from, int at, MemorySegment into, int intoAt, int count) {
        MemorySegment.copy(
                MemorySegment.ofArray(from),
                (long) at * Float.BYTES,
                into,
                (long) intoAt * Float.BYTES,
                (long) count * Float.BYTES);
    }

    /// The narrower of input and slopes is the one that is turned.
    private void weightsBackward(Value x, Value y, MemorySegment flatGradient) {
        if (in < out) {
            weightsBackwardTurned(x, y, flatGradient);
            return;
        }
        PackedMatrix inputs = scratch.packed(in, rowsPadded);
        inputs.fillFromRows(x.values(), x.at(0), x.stride());
        int outPadded = Kernels.padRows(out);
        float[] slopes = scratch.transposed(outPadded * rowsPadded + Kernels.COLUMN_BLOCK);
        Elementwise.transpose(
                y.gradients(), y.at(0), y.stride(), rowsPadded, out, slopes, rowsPadded);
        int stride = inputs.columnsWritten();
        float[] products = scratch.product(outPadded * stride + Kernels.COLUMN_BLOCK);
        float[] zeros = scratch.zeros(stride);
        multiply(inputs, slopes, 0, rowsPadded, zeros, products, 0, stride, out);
        int row = 0;
        for (Slice slice : weightSlices) {
            for (int i = 0; i < slice.shape().getFirst(); i++) {
                store(products, row * stride, flatGradient, slice.offset() + i * in, in);
                row++;
            }
        }
    }

    private void weightsBackwardTurned(Value x, Value y, MemorySegment flatGradient) {
        PackedMatrix slopes = scratch.packed(out, rowsPadded);
        slopes.fillFromRows(y.gradients(), y.at(0), y.stride());
        int inPadded = Kernels.padRows(in);
        float[] inputs = scratch.transposed(inPadded * rowsPadded + Kernels.COLUMN_BLOCK);
        Elementwise.transpose(x.values(), x.at(0), x.stride(), rowsPadded, in, inputs, rowsPadded);
        int stride = slopes.columnsWritten();
        float[] products = scratch.product(inPadded * stride + Kernels.COLUMN_BLOCK);
        float[] zeros = scratch.zeros(stride);
        multiply(slopes, inputs, 0, rowsPadded, zeros, products, 0, stride, in);
        Elementwise.transpose(products, 0, stride, in, out, weights, in);
        int at = 0;
        for (Slice slice : weightSlices) {
            store(weights, at, flatGradient, slice.offset(), slice.size());
            at += slice.size();
        }
    }

    private void inputBackward(Value x, Value y, int rows) {
        float[] zeros = scratch.zeros(backward.columnsWritten());
        if (!x.hasGradient() && x.takesWholeBlocks()) {
            multiply(
                    backward,
                    y.gradients(),
                    y.at(0),
                    y.stride(),
                    zeros,
                    x.gradients(),
                    x.at(0),
                    x.stride(),
                    rows);
        } else {
            int stride = backward.columnsWritten();
            int size = Kernels.padRows(rows) * stride + Kernels.COLUMN_BLOCK;
            float[] product = scratch.product(size);
            multiply(backward, y.gradients(), y.at(0), y.stride(), zeros, product, 0, stride, rows);
            for (int row = 0; row < rows; row++) {
                x.takeGradient(row, product, row * stride);
            }
        }
        x.setHasGradient();
    }
}
