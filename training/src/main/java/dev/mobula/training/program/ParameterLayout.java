package dev.mobula.training.program;

import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.training.TrainingException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/// Where each named parameter lies in the one flat vector of a model.
public final class ParameterLayout {
    /// The group of parameters that nothing else was said about.
    public static final String DEFAULT_GROUP = "dense";

    private static final int SIZE_MAX = 1 << 28;

    private final Map<String, Slice> slices;
    private final int size;

    private ParameterLayout(Map<String, Slice> slices, int size) {
        this.slices = slices;
        this.size = size;
    }

    /// One parameter.
    ///
    /// @param group of parameters that share a learning rate
    public record Slice(
            String name, List<Integer> shape, int offset, int size, Init init, String group) {
        public Slice {
            shape = List.copyOf(shape);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /// All slices in order; they lie side by side.
    public List<Slice> slices() {
        return List.copyOf(slices.values());
    }

    public Slice slice(String name) {
        Slice slice = slices.get(name);
        if (slice == null) {
            throw TrainingException.invalid("parameter", name, "the model has " + slices.keySet());
        }
        return slice;
    }

    /// Floats of the flat vector.
    public int size() {
        return size;
    }

    /// Writes every parameter's starting values.
    public void initialize(MemorySegment flat, long seed) {
        for (Slice slice : slices.values()) {
            DoubleSupplier values = slice.init().values(seed, slice.name());
            for (int i = 0; i < slice.size(); i++) {
                flat.setAtIndex(
                        ValueLayout.JAVA_FLOAT, slice.offset() + i, (float) values.getAsDouble());
            }
        }
    }

    /// Collects parameters in the order they are added.
    public static final class Builder {
        private final Map<String, Slice> slices = new LinkedHashMap<>();
        private int size;

        private Builder() {}

        public Builder add(String name, List<Integer> shape, Init init) {
            return add(name, shape, init, DEFAULT_GROUP);
        }

        public Builder add(String name, List<Integer> shape, Init init, String group) {
            long count =
                    shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
            if (count < 1 || size + count > SIZE_MAX) {
                throw TrainingException.invalid(
                        "shape of '" + name + "'", shape, "together at most " + SIZE_MAX);
            }
            if (slices.putIfAbsent(name, new Slice(name, shape, size, (int) count, init, group))
                    != null) {
                throw TrainingException.invalid("parameter", name, "is defined twice");
            }
            size += (int) count;
            return this;
        }

        /// The parameters of a graph, each as `<prefix>.<name>`.
        public Builder addAll(String prefix, LayerGraph graph) {
            Map<String, List<Integer>> shapes = graph.parameters();
            List<Integer> inputs = new ArrayList<>();
            for (String name : graph.parameterNames()) {
                List<Integer> shape = Objects.requireNonNull(shapes.get(name));
                inputs = shape.size() > 1 ? shape : inputs;
                add(prefix + "." + name, shape, Init.linear(inputs));
            }
            return this;
        }

        public ParameterLayout build() {
            return new ParameterLayout(new LinkedHashMap<>(slices), size);
        }
    }
}
