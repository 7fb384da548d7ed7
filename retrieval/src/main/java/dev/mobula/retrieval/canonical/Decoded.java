package dev.mobula.retrieval.canonical;

/// Characters that were encoded, each with the source range it came from.
record Decoded(View.Encoding encoding, Points text, Span span, boolean likely) {}
