package dev.mobula.training.program;

import dev.mobula.ranking.model.kernels.Exponential;
import dev.mobula.training.kernels.Elementwise;
import dev.mobula.training.kernels.LayerKernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// A step of a tower's pass over a share, forward and backward.
sealed interface PassStep {
    /// Takes in the parameters as they are now.
    default void load(MemorySegment flat) {}

    void forward(int rows);

    /// Hands the gradient of its output on to its inputs and its parameters.
    void backward(int rows, MemorySegment flatGradient);

    /// Dense layers with one input.
    ///
    /// @param clipped those of its outputs that a relu cuts
    record Product(
            LayerKernels kernels,
            Linear linear,
            Value x,
            Value whole,
            List<Value> outputs,
            List<Value> clipped)
            implements PassStep {
        @Override
        public void load(MemorySegment flat) {
            linear.load(flat);
        }

        @Override
        public void forward(int rows) {
            linear.forward(x, whole, rows);
            for (Value value : clipped) {
                for (int row = 0; row < rows; row++) {
                    float[] values = value.values();
                    int at = value.at(row);
                    for (int j = at; j < at + value.width(); j++) {
                        values[j] = Math.max(values[j], 0f);
                    }
                }
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            outputs.forEach(value -> value.requireGradient(rows));
            for (Value value : clipped) {
                for (int row = 0; row < rows; row++) {
                    int at = value.at(row);
                    kernels.reluBackward(value.values(), at, value.gradients(), at, value.width());
                }
            }
            linear.backward(x, whole, rows, flatGradient);
        }
    }

    /// `y = base * (W x + b) + x`.
    record Cross(Linear linear, Value base, Value x, Value product, Value y) implements PassStep {
        @Override
        public void load(MemorySegment flat) {
            linear.load(flat);
        }

        @Override
        public void forward(int rows) {
            linear.forward(x, product, rows);
            for (int row = 0; row < rows; row++) {
                Elementwise.cross(
                        base.values(),
                        base.at(row),
                        product.values(),
                        product.at(row),
                        x.values(),
                        x.at(row),
                        y.values(),
                        y.at(row),
                        y.width());
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            y.requireGradient(rows);
            for (int row = 0; row < rows; row++) {
                int at = y.at(row);
                float[] slope = y.gradients();
                int width = y.width();
                float[] ofProduct = product.gradients();
                Elementwise.multiply(
                        slope, at, base.values(), base.at(row), ofProduct, product.at(row), width);
                float[] ofBase = base.gradients();
                int to = base.at(row);
                if (base.hasGradient()) {
                    Elementwise.addProduct(
                            slope, at, product.values(), product.at(row), ofBase, to, width);
                } else {
                    Elementwise.multiply(
                            slope, at, product.values(), product.at(row), ofBase, to, width);
                }
            }
            base.setHasGradient();
            linear.backward(x, product, rows, flatGradient);
            for (int row = 0; row < rows; row++) {
                x.takeGradient(row, y.gradients(), y.at(row));
            }
        }
    }

    /// Experts weighted by the softmax of a gate.
    record Mixture(LayerKernels kernels, Value gate, List<Value> experts, Value parts, Value y)
            implements PassStep {
        @Override
        public void forward(int rows) {
            for (int row = 0; row < rows; row++) {
                softmax(row);
                float[] weights = parts.values();
                int at = parts.at(row);
                for (int e = 0; e < experts.size(); e++) {
                    Value expert = experts.get(e);
                    float weight = weights[at + e];
                    float[] values = expert.values();
                    if (e == 0) {
                        Elementwise.scale(
                                weight, values, expert.at(row), y.values(), y.at(row), y.width());
                    } else {
                        addScaled(weight, values, expert.at(row), y.values(), y.at(row), y.width());
                    }
                }
            }
        }

        private static void addScaled(
                float factor, float[] from, int fromAt, float[] into, int intoAt, int count) {
            for (int j = 0; j < count; j++) {
                into[intoAt + j] = Math.fma(factor, from[fromAt + j], into[intoAt + j]);
            }
        }

        private void softmax(int row) {
            int from = gate.at(row);
            int to = parts.at(row);
            float max = kernels.max(gate.values(), from, gate.width());
            float sum = 0f;
            for (int e = 0; e < gate.width(); e++) {
                parts.values()[to + e] = Exponential.exp(gate.values()[from + e] - max);
                sum += parts.values()[to + e];
            }
            for (int e = 0; e < gate.width(); e++) {
                parts.values()[to + e] /= sum;
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            y.requireGradient(rows);
            for (int row = 0; row < rows; row++) {
                int at = parts.at(row);
                float[] weights = parts.values();
                float[] slopes = parts.gradients();
                float mean = 0f;
                for (int e = 0; e < experts.size(); e++) {
                    Value expert = experts.get(e);
                    slopes[at + e] =
                            kernels.dot(
                                    y.gradients(),
                                    y.at(row),
                                    expert.values(),
                                    expert.at(row),
                                    y.width());
                    mean = Math.fma(weights[at + e], slopes[at + e], mean);
                    expertBackward(expert, row, weights[at + e]);
                }
                for (int e = 0; e < experts.size(); e++) {
                    slopes[at + e] = weights[at + e] * (slopes[at + e] - mean);
                }
                gate.takeGradient(row, slopes, at);
            }
            gate.setHasGradient();
            experts.forEach(Value::setHasGradient);
        }

        private void expertBackward(Value expert, int row, float weight) {
            float[] into = expert.gradients();
            int at = expert.at(row);
            if (expert.hasGradient()) {
                addScaled(weight, y.gradients(), y.at(row), into, at, y.width());
            } else {
                Elementwise.scale(weight, y.gradients(), y.at(row), into, at, y.width());
            }
        }
    }

    /// Columns of one value, copied.
    record Columns(Value x, int from, Value y) implements PassStep {
        @Override
        public void forward(int rows) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(x.values(), x.at(row) + from, y.values(), y.at(row), y.width());
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            y.requireGradient(rows);
            x.requireGradient(rows);
            for (int row = 0; row < rows; row++) {
                Elementwise.add(
                        y.gradients(), y.at(row), x.gradients(), x.at(row) + from, y.width());
            }
        }
    }

    /// Values side by side.
    record Concat(List<Value> inputs, Value y) implements PassStep {
        @Override
        public void forward(int rows) {
            int column = 0;
            for (Value x : inputs) {
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(
                            x.values(), x.at(row), y.values(), y.at(row) + column, x.width());
                }
                column += x.width();
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            y.requireGradient(rows);
            int column = 0;
            for (Value x : inputs) {
                for (int row = 0; row < rows; row++) {
                    x.takeGradient(row, y.gradients(), y.at(row) + column);
                }
                x.setHasGradient();
                column += x.width();
            }
        }
    }

    /// Values added up.
    record Sum(List<Value> inputs, Value y) implements PassStep {
        @Override
        public void forward(int rows) {
            for (int row = 0; row < rows; row++) {
                Arrays.fill(y.values(), y.at(row), y.at(row) + y.width(), 0f);
                for (Value x : inputs) {
                    Elementwise.add(x.values(), x.at(row), y.values(), y.at(row), y.width());
                }
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            y.requireGradient(rows);
            for (Value x : inputs) {
                for (int row = 0; row < rows; row++) {
                    x.takeGradient(row, y.gradients(), y.at(row));
                }
                x.setHasGradient();
            }
        }
    }

    /// Rows of unit length: the gradient keeps what is across them.
    record Normalize(LayerKernels kernels, Value x, Value y, float[] scales) implements PassStep {
        @Override
        public void forward(int rows) {
            for (int row = 0; row < rows; row++) {
                int at = x.at(row);
                float squares = kernels.dot(x.values(), at, x.values(), at, x.width());
                scales[row] = squares == 0f ? 0f : 1f / (float) Math.sqrt(squares);
                Elementwise.scale(scales[row], x.values(), at, y.values(), y.at(row), y.width());
            }
        }

        @Override
        public void backward(int rows, MemorySegment flatGradient) {
            y.requireGradient(rows);
            for (int row = 0; row < rows; row++) {
                int at = y.at(row);
                float[] slope = y.gradients();
                float along = kernels.dot(y.values(), at, slope, at, y.width());
                for (int j = 0; j < y.width(); j++) {
                    slope[at + j] =
                            scales[row] * Math.fma(-along, y.values()[at + j], slope[at + j]);
                }
                x.takeGradient(row, slope, at);
            }
            x.setHasGradient();
        }
    }
}
