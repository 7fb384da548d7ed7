package dev.mobula.ranking.model;

import java.util.List;

/// A named parameter: a shape and its values, row-major. The array is owned; nobody writes it.
@SuppressWarnings("ArrayRecordComponent") // megabytes of weights, shared read-only by all readers
public record Tensor(List<Integer> shape, float[] values) {
    public Tensor {
        shape = List.copyOf(shape);
        long size = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        if (size != values.length) {
            throw new IllegalArgumentException(
                    "shape " + shape + " holds " + size + " values, got " + values.length);
        }
    }
}
