package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.List;

/// One attribute value of an item: a whole number, a real number, a text or a list of words.
public sealed interface Attribute {
    /// A whole number: a count, a time, an identifier.
    record Whole(long value) implements Attribute {}

    /// A finite real number.
    record Real(double value) implements Attribute {
        public Real {
            if (!Double.isFinite(value)) {
                throw invalid("value", value, "must be finite");
            }
        }
    }

    /// A text: a language, a title.
    record Text(String value) implements Attribute {}

    /// A list of words: tags, surfaces.
    record Words(List<String> values) implements Attribute {
        public Words {
            values = List.copyOf(values);
        }
    }
}
