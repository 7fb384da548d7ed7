package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The rows of a two-dimensional NumPy array, with ids from a second, one-dimensional one where it is given.
final class NumpyRows implements RowReader {
    private final NumpyArray vectors;
    private final @Nullable NumpyArray ids;
    private final int dimension;
    private long row;

    private NumpyRows(NumpyArray vectors, @Nullable NumpyArray ids) {
        this.vectors = vectors;
        this.ids = ids;
        this.dimension = (int) vectors.columns();
    }

    static NumpyRows open(Path path, VectorColumns columns) throws IOException {
        if (!columns.attributes().isEmpty()) {
            throw invalid("attributes", columns.attributes(), path + " is NumPy and has none");
        }
        return new NumpyRows(openVectors(path), null);
    }

    static NumpyRows open(Path path, Path idsPath) throws IOException {
        NumpyArray vectors = openVectors(path);
        try {
            NumpyArray ids = NumpyArray.open(idsPath);
            if (ids.dimensions() != 1 || ids.isFloating() || ids.rows() != vectors.rows()) {
                ids.close();
                throw invalid(
                        idsPath + " shape",
                        ids.rows() + " of " + ids.type(),
                        "must be one whole number for each of " + vectors.rows() + " vectors");
            }
            return new NumpyRows(vectors, ids);
        } catch (IOException | RuntimeException e) {
            vectors.close();
            throw e;
        }
    }

    private static NumpyArray openVectors(Path path) throws IOException {
        NumpyArray vectors = NumpyArray.open(path);
        if (vectors.dimensions() != 2
                || !vectors.isFloating()
                || vectors.columns() < 1
                || vectors.columns() > VectorFile.DIMENSION_MAX) {
            vectors.close();
            throw invalid(
                    path + " shape",
                    vectors.rows() + " x " + vectors.columns() + " of " + vectors.type(),
                    "must be rows of 1.." + VectorFile.DIMENSION_MAX + " floats");
        }
        return vectors;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.of(vectors.rows());
    }

    @Override
    public boolean hasNext() {
        return row < vectors.rows();
    }

    @Override
    public void read(VectorBatch batch, int at) throws IOException {
        for (int i = 0; i < dimension; i++) {
            batch.component(at, i, vectors.nextFloat());
        }
        batch.id(at, ids == null ? row : ids.nextLong());
        row++;
    }

    @Override
    public void close() throws IOException {
        try {
            vectors.close();
        } finally {
            if (ids != null) {
                ids.close();
            }
        }
    }
}
