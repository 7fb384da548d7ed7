package dev.mobula.retrieval.canonical;

/// A trace of disguise, counted while it is taken off.
public enum Sign {
    /// Invisible characters: zero-width, joiners, fillers, soft hyphens.
    INVISIBLE,
    /// Characters that turn the direction of the text.
    BIDI,
    /// Tag characters, which can spell hidden words.
    TAG,
    /// Variation selectors, which can carry hidden bytes.
    SELECTOR,
    /// Control characters other than white space.
    CONTROL,
    /// Halves of surrogate pairs without their other half.
    UNPAIRED,
    /// Foreign characters that look like an ASCII one.
    CONFUSABLE,
    /// Full-width, mathematical and other forms of ASCII characters.
    COMPATIBILITY,
    /// Combining marks.
    MARK,
    /// Digits and symbols that stood for letters.
    LEET,
    /// Letters that stood apart.
    SPACED,
    /// Characters repeated more than twice.
    REPEATED,
    /// Spans that were encoded.
    ENCODED
}
