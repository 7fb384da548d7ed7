package dev.mobula.retrieval.files;

import java.io.IOException;
import java.util.OptionalLong;

/// One format's way to read one row after the other. What it throws, [VectorFile] turns into one clear error.
interface RowReader {
    /// How many values every vector has; 0 when there is no row.
    int dimension();

    /// How many rows there are, where the format says so.
    OptionalLong rows();

    /// Whether another row follows.
    boolean hasNext() throws IOException;

    /// Reads the next row into the batch's row `at`; attributes in the order of the columns asked for.
    void read(VectorBatch batch, int at) throws IOException;

    void close() throws IOException;
}
