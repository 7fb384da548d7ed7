package dev.mobula.retrieval.canonical;

/// A text that was hidden in another one.
///
/// @param depth how many encodings lie around it, from 1
/// @param source the characters of the original that hid it
/// @param likely whether it reads like language; what does not is listed, and not scored
public record View(Encoding encoding, int depth, Span source, Canonical text, boolean likely) {
    /// How it was hidden.
    public enum Encoding {
        BASE64,
        HEX,
        URL,
        QUOTED_PRINTABLE,
        ROT13,
        TAGS,
        SELECTORS
    }
}
