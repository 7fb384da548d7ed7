package dev.mobula.ranking.model;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// All parameters of a model by name: an immutable snapshot, checked to be finite.
public final class Weights {
    private final Map<String, Tensor> tensors;

    private Weights(Map<String, Tensor> tensors) {
        this.tensors = tensors;
    }

    /// Takes the tensors, or refuses naming the first value that is not finite.
    public static Weights of(Map<String, Tensor> tensors) {
        tensors.forEach(Weights::requireFinite);
        return new Weights(new LinkedHashMap<>(tensors));
    }

    /// Random weights of the given shapes, scaled so that activations neither vanish nor explode. Seeded.
    public static Weights random(Map<String, List<Integer>> shapes, long seed) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        shapes.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        entry -> {
                            String name = entry.getKey();
                            SplittableRandom random =
                                    new SplittableRandom(seed + 31L * name.hashCode());
                            tensors.put(name, random(entry.getValue(), random));
                        });
        return of(tensors);
    }

    private static Tensor random(List<Integer> shape, SplittableRandom random) {
        int size = shape.stream().reduce(1, Math::multiplyExact);
        double bound = shape.size() == 1 ? 0.05 : Math.sqrt(3.0 / shape.getLast());
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return new Tensor(shape, values);
    }

    private static void requireFinite(String name, Tensor tensor) {
        float[] values = tensor.values();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new RankingException(
                        Code.INVALID_WEIGHTS,
                        "weight '%s'[%d] = %s is not finite".formatted(name, i, values[i]));
            }
        }
    }

    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /// The values of a parameter, which are not to be written, or a refusal naming what is missing or misshapen.
    public float[] require(String name, List<Integer> shape) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new RankingException(Code.INVALID_WEIGHTS, "no weight '" + name + "'");
        }
        if (!tensor.shape().equals(shape)) {
            throw new RankingException(
                    Code.INVALID_WEIGHTS,
                    "weight '%s' has shape %s, the model wants %s"
                            .formatted(name, tensor.shape(), shape));
        }
        return tensor.values();
    }

    /// Those of the given names.
    public Weights only(Set<String> names) {
        Map<String, Tensor> some = new LinkedHashMap<>(tensors);
        some.keySet().retainAll(names);
        return new Weights(some);
    }

    /// These and the others; a name in both is refused.
    public Weights and(Weights others) {
        Map<String, Tensor> all = new LinkedHashMap<>(tensors);
        others.tensors.forEach(
                (name, tensor) -> {
                    if (all.put(name, tensor) != null) {
                        throw new RankingException(
                                Code.INVALID_WEIGHTS, "weight '" + name + "' is there twice");
                    }
                });
        return new Weights(all);
    }
}
