package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.TextCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/// The rows of an Arrow IPC file, plain or zstd.
final class ArrowRows implements RowReader {
    private final Path path;
    private final VectorColumns columns;
    private final ArrowSource source;
    private final BaseIntVector ids;
    private final FieldVector vectors;
    private final List<FieldVector> attributes = new ArrayList<>();
    private int dimension;
    private int row;
    private int rowsInBatch;

    private ArrowRows(Path path, VectorColumns columns, ArrowSource source) throws IOException {
        this.path = path;
        this.columns = columns;
        this.source = source;
        if (!(find(columns.id()) instanceof BaseIntVector whole)) {
            throw wrongType(columns.id(), "whole numbers");
        }
        this.ids = whole;
        this.vectors = find(columns.vector());
        if (!(values(vectors) instanceof Float4Vector || values(vectors) instanceof Float8Vector)) {
            throw wrongType(columns.vector(), "lists of floats");
        }
        for (String name : columns.attributes()) {
            FieldVector found = find(name);
            if (!(found instanceof BaseIntVector
                    || found instanceof TimeStampVector
                    || found instanceof BitVector
                    || found instanceof VarCharVector)) {
                throw wrongType(name, "whole numbers, times, booleans or short texts");
            }
            attributes.add(found);
        }
        if (hasNext()) {
            dimension = length(0);
        }
    }

    static ArrowRows open(Path path, VectorColumns columns) throws IOException {
        ArrowSource source = ArrowSource.open(path);
        try {
            return new ArrowRows(path, columns, source);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private FieldVector find(String name) {
        FieldVector found = source.root().getVector(name);
        if (found == null) {
            throw invalid(
                    path + " column",
                    name,
                    "is not one of "
                            + source.root().getSchema().getFields().stream()
                                    .map(field -> field.getName())
                                    .toList());
        }
        return found;
    }

    private RuntimeException wrongType(String name, String wanted) {
        return invalid(
                path + " column " + name, find(name).getField().getType(), "must hold " + wanted);
    }

    private static @Nullable FieldVector values(FieldVector vector) {
        return switch (vector) {
            case FixedSizeListVector list -> list.getDataVector();
            case ListVector list -> list.getDataVector();
            default -> null;
        };
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.empty();
    }

    @Override
    public boolean hasNext() throws IOException {
        while (row >= rowsInBatch) {
            if (!source.next()) {
                return false;
            }
            row = 0;
            rowsInBatch = source.root().getRowCount();
        }
        return true;
    }

    private int start(int at) {
        return vectors instanceof ListVector list ? list.getElementStartIndex(at) : at * length(at);
    }

    private int length(int at) {
        return vectors instanceof ListVector list
                ? list.getElementEndIndex(at) - list.getElementStartIndex(at)
                : ((FixedSizeListVector) vectors).getListSize();
    }

    @Override
    public void read(VectorBatch batch, int at) {
        if (isNull((FieldVector) ids, row) || isNull(vectors, row)) {
            throw invalid(path + " row in batch", row, "id and vector must not be null");
        }
        int length = length(row);
        if (length != dimension) {
            throw invalid(
                    path + " " + columns.vector() + " length",
                    length,
                    "must be " + dimension + " as in the first row");
        }
        batch.id(at, ids.getValueAsLong(row));
        int start = start(row);
        FieldVector values = values(vectors);
        for (int i = 0; i < length; i++) {
            batch.component(
                    at,
                    i,
                    values instanceof Float4Vector floats
                            ? floats.get(start + i)
                            : values instanceof Float8Vector doubles
                                    ? (float) doubles.get(start + i)
                                    : Float.NaN);
        }
        for (int i = 0; i < attributes.size(); i++) {
            batch.attribute(at, i, attribute(attributes.get(i), row));
        }
        row++;
    }

    private static boolean isNull(FieldVector vector, int at) {
        return vector.getNullCount() > 0 && vector.isNull(at);
    }

    /// A null attribute is 0, as one that is not named.
    private static long attribute(FieldVector vector, int at) {
        if (isNull(vector, at)) {
            return 0;
        }
        return switch (vector) {
            case BaseIntVector whole -> whole.getValueAsLong(at);
            case TimeStampVector time -> time.get(at);
            case BitVector bit -> bit.get(at);
            case VarCharVector text -> TextCode.of(text.getName(), text(text, at));
            default -> throw new IllegalStateException("attribute " + vector.getField());
        };
    }

    private static String text(VarCharVector texts, int at) {
        return new String(texts.get(at), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
