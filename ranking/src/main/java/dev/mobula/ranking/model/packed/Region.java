package dev.mobula.ranking.model.packed;

/// Where a layer's output lies: columns `[offset, offset + width)` of a buffer.
record Region(int buffer, int offset, int width) {
    /// The buffer that is the model's input.
    static final int INPUT_BUFFER = 0;
}
