package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/// A file of vectors, read batch by batch: Arrow IPC, Parquet or NumPy, whichever its first bytes say.
///
/// ```java
/// try (VectorFile file = VectorFile.open(path, VectorColumns.DEFAULT)) {
///     VectorBatch batch = file.newBatch(1_024);
///     while (file.next(batch)) { … }
/// }
/// ```
///
/// A damaged file is `CORRUPT`, a value outside its limits `INVALID_INPUT` with its row. For one thread.
public final class VectorFile implements AutoCloseable {
    /// The longest vector.
    public static final int DIMENSION_MAX = 4_096;

    private static final byte[] ARROW = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NUMPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private final Path path;
    private final VectorColumns columns;
    private final RowReader reader;
    private final int dimension;
    private long rowsRead;
    private boolean closed;

    private VectorFile(Path path, VectorColumns columns, RowReader reader) {
        this.path = path;
        this.columns = columns;
        this.reader = reader;
        this.dimension = reader.dimension();
    }

    /// Opens the file and looks at its first row. NumPy files have neither ids nor attributes: there the id is the
    /// row's number, from 0.
    public static VectorFile open(Path path, VectorColumns columns) {
        byte[] magic = magic(path);
        if (startsWith(magic, ARROW)) {
            return open(path, columns, () -> ArrowRows.open(path, columns));
        }
        if (startsWith(magic, PARQUET)) {
            return open(path, columns, () -> ParquetRows.open(path, columns));
        }
        if (startsWith(magic, NUMPY)) {
            return open(path, columns, () -> NumpyRows.open(path, columns));
        }
        throw invalid("file", path, "is neither Arrow IPC, Parquet nor NumPy");
    }

    /// Opens a NumPy file whose ids are in a second one.
    public static VectorFile open(Path path, Path ids) {
        return open(path, VectorColumns.DEFAULT, () -> NumpyRows.open(path, ids));
    }

    /// Opening one format, whatever it throws.
    @FunctionalInterface
    private interface Opening {
        RowReader open() throws IOException;
    }

    private static VectorFile open(Path path, VectorColumns columns, Opening opening) {
        RowReader reader = attempt(path, "open", opening::open);
        VectorFile file = new VectorFile(path, columns, reader);
        if (file.dimension > DIMENSION_MAX) {
            file.close();
            throw invalid(path + " dimension", file.dimension, "must be at most " + DIMENSION_MAX);
        }
        return file;
    }

    private static byte[] magic(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(8);
        } catch (NoSuchFileException e) {
            throw new RetrievalException(Code.NOT_FOUND, path + ": no such file", e);
        } catch (IOException e) {
            throw new RetrievalException(Code.IO, path + ": " + e, e);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length
                && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }

    public Path path() {
        return path;
    }

    /// The columns it is read by.
    public VectorColumns columns() {
        return columns;
    }

    /// How many values every vector has; 0 when there is no row.
    public int dimension() {
        return dimension;
    }

    /// How many rows there are, where the format says so before all are read.
    public OptionalLong rows() {
        return reader.rows();
    }

    /// A batch that fits this file.
    public VectorBatch newBatch(int capacity) {
        return new VectorBatch(capacity, Math.max(1, dimension), columns.attributes().size());
    }

    /// Fills the batch with the next rows; false when there are none.
    public boolean next(VectorBatch batch) {
        if (closed) {
            throw RetrievalException.closed(path.toString());
        }
        if (batch.attributes() != columns.attributes().size()
                || batch.dimension() != Math.max(1, dimension)) {
            throw invalid("batch", batch.dimension(), "must come from this file's newBatch");
        }
        int size = 0;
        batch.size(0);
        while (size < batch.capacity() && attempt(path, "read", reader::hasNext)) {
            readRow(batch, size++);
        }
        batch.size(size);
        return size > 0;
    }

    private void readRow(VectorBatch batch, int at) {
        attempt(
                path,
                "row " + rowsRead,
                () -> {
                    reader.read(batch, at);
                    return at;
                });
        float[] vectors = batch.vectors();
        for (int i = 0; i < dimension; i++) {
            float value = vectors[at * dimension + i];
            if (!Float.isFinite(value)) {
                throw invalid(
                        path + " row " + rowsRead + " " + columns.vector() + "[" + i + "]",
                        value,
                        "must be finite");
            }
        }
        rowsRead++;
    }

    /// Something a format's library does.
    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    /// Runs code of a library on bytes from outside: it may throw anything, and all of it means that the file is not
    /// what it claims to be.
    private static <T> T attempt(Path path, String what, Action<T> action) {
        try {
            return action.run();
        } catch (RetrievalException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new RetrievalException(Code.NOT_FOUND, path + ": no such file", e);
        } catch (IOException | RuntimeException e) {
            throw new RetrievalException(Code.CORRUPT, path + ": " + what + ": " + e, e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            attempt(
                    path,
                    "close",
                    () -> {
                        reader.close();
                        return true;
                    });
        }
    }
}
