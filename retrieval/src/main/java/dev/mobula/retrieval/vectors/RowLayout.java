package dev.mobula.retrieval.vectors;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.Kernels;

/// How one vector lies in memory: float rows and code rows, both padded with zeros to whole cache lines.
public record RowLayout(int dimension) {
    /// Bytes of a cache line, to which every row is padded and aligned.
    public static final int LINE_BYTES = 64;

    /// The largest dimension accepted.
    public static final int DIMENSION_MAX = 4096;

    public RowLayout {
        if (dimension < 1 || dimension > DIMENSION_MAX) {
            throw invalid("dimension", dimension, "must be in 1.." + DIMENSION_MAX);
        }
    }

    /// Elements that a kernel reads of a row of floats or codes.
    public int length() {
        return Kernels.padded(dimension);
    }

    /// Bytes from one float row to the next.
    public long floatRowBytes() {
        return 4L * length();
    }

    /// Bytes from one row of int8 codes to the next.
    public long codeRowBytes() {
        return (dimension + LINE_BYTES - 1L) & -LINE_BYTES;
    }
}
