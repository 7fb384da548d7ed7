package dev.mobula.training.program;

import dev.mobula.ranking.model.LayerGraph;
import java.util.List;

/// A layer graph of a model and what it reads: its inputs side by side are the graph's input.
///
/// Its parameters are `<name>.<parameter of the graph>`.
public record Tower(String name, LayerGraph graph, List<Input> inputs) {
    public Tower {
        inputs = List.copyOf(inputs);
    }

    /// A part of a tower's input.
    public sealed interface Input {
        /// A column's numbers.
        record Numbers(String column) implements Input {}

        /// A lookup's embeddings, one after the other.
        record Embeddings(String lookup) implements Input {}

        /// The mean of a lookup's embeddings over the keys that are there; zeros when none is.
        record Mean(String lookup) implements Input {}
    }

    /// The layer that an encoder ends in.
    String output() {
        return graph.layers().getLast().name();
    }

    int outputWidth() {
        return graph.width(output());
    }
}
