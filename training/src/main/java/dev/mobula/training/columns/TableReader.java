package dev.mobula.training.columns;

import java.util.OptionalDouble;

/// A source of rows, read once from its beginning, by one thread.
public interface TableReader extends AutoCloseable {
    TableSchema schema();

    /// Clears the batch and fills it with up to `rowsMax` next rows; false when there are none.
    boolean next(Rows batch, int rowsMax);

    /// The share of the source that was read, where it is known.
    OptionalDouble done();

    @Override
    void close();
}
