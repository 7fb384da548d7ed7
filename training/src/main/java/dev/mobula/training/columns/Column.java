package dev.mobula.training.columns;

import dev.mobula.training.TrainingException;

/// A named, typed column. Any value may be missing; the values within a list may not.
public record Column(String name, Kind kind) {
    /// The longest name.
    public static final int NAME_CHARS_MAX = 256;

    /// What a column holds.
    public enum Kind {
        /// A 64-bit whole number.
        WHOLE,
        /// A 64-bit float.
        NUMBER,
        /// A 32-bit float.
        REAL,
        /// True or false.
        FLAG,
        /// Microseconds since 1970, UTC.
        INSTANT,
        TEXT,
        BYTES,
        /// A list of 64-bit whole numbers.
        WHOLES,
        /// A list of 32-bit floats.
        REALS,
        /// A list of texts.
        TEXTS
    }

    public Column {
        if (name.isBlank() || name.length() > NAME_CHARS_MAX) {
            throw TrainingException.invalid(
                    "column name",
                    '"' + name + '"',
                    "must have 1 to " + NAME_CHARS_MAX + " characters");
        }
    }

    public static Column of(String name, Kind kind) {
        return new Column(name, kind);
    }
}
