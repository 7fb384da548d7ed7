package dev.mobula.ranking.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.stream.Stream;

/// One named layer. Its inputs are layers defined before it.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Layer.Columns.class, name = "columns"),
    @JsonSubTypes.Type(value = Layer.Dense.class, name = "dense"),
    @JsonSubTypes.Type(value = Layer.Cross.class, name = "cross"),
    @JsonSubTypes.Type(value = Layer.Mixture.class, name = "mixture"),
    @JsonSubTypes.Type(value = Layer.Concat.class, name = "concat"),
    @JsonSubTypes.Type(value = Layer.Sum.class, name = "sum"),
    @JsonSubTypes.Type(value = Layer.Normalize.class, name = "normalize")
})
public sealed interface Layer {
    String name();

    List<String> inputs();

    /// Columns `[from, from + width)` of the model's input; the whole input is the layer [LayerGraph#INPUT].
    record Columns(String name, int from, int width) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(LayerGraph.INPUT);
        }
    }

    /// `activation(W x + b)`.
    record Dense(String name, String input, int width, Activation activation) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(input);
        }
    }

    /// The full-rank cross of DCN-v2: `base * (W x + b) + x`.
    record Cross(String name, String base, String input) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(base, input);
        }
    }

    /// The experts' sum weighted by the softmax of a gate as wide as there are experts.
    record Mixture(String name, String gate, List<String> experts) implements Layer {
        public Mixture {
            experts = List.copyOf(experts);
        }

        @Override
        public List<String> inputs() {
            return Stream.concat(experts.stream(), Stream.of(gate)).toList();
        }
    }

    /// The inputs side by side.
    record Concat(String name, List<String> inputs) implements Layer {
        public Concat {
            inputs = List.copyOf(inputs);
        }
    }

    /// The inputs added up.
    record Sum(String name, List<String> inputs) implements Layer {
        public Sum {
            inputs = List.copyOf(inputs);
        }
    }

    /// The input divided by its Euclidean length.
    record Normalize(String name, String input) implements Layer {
        @Override
        public List<String> inputs() {
            return List.of(input);
        }
    }
}
