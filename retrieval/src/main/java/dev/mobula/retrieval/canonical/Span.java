package dev.mobula.retrieval.canonical;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// A range of characters, from the first to the one after the last.
public record Span(int start, int end) {
    public Span {
        if (start < 0 || end < start) {
            throw invalid("span", start + ".." + end, "must not end before it starts");
        }
    }

    public int length() {
        return end - start;
    }
}
