package dev.mobula.cluster.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/// A file of rows, read from its beginning.
interface LoadSource extends AutoCloseable {
    /// A row, and where in the file it stands, counted from 1.
    record Row(long number, ObjectNode json) {}

    /// Adds up to `max` next rows; false when there are none.
    boolean next(List<Row> rows, int max) throws IOException;

    /// The share of the file that was read, negative when that is not known.
    double done();

    /// Rows that could not be read at all.
    long unreadable();

    @Override
    void close() throws IOException;
}
