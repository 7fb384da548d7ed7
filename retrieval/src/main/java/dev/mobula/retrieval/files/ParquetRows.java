package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.TextCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file, plain or zstd, read by columns.
///
/// A list's length is known only by reading it, so the first vector is read ahead.
final class ParquetRows implements RowReader {
    private static final Set<CompressionCodecName> CODECS =
            Set.of(CompressionCodecName.UNCOMPRESSED, CompressionCodecName.ZSTD);
    private static final Set<PrimitiveTypeName> WHOLE =
            Set.of(PrimitiveTypeName.INT32, PrimitiveTypeName.INT64, PrimitiveTypeName.BOOLEAN);
    private static final Set<PrimitiveTypeName> ATTRIBUTE =
            Set.of(
                    PrimitiveTypeName.INT32,
                    PrimitiveTypeName.INT64,
                    PrimitiveTypeName.BOOLEAN,
                    PrimitiveTypeName.BINARY);
    private static final Set<PrimitiveTypeName> FLOATS =
            Set.of(PrimitiveTypeName.FLOAT, PrimitiveTypeName.DOUBLE);

    private final Path path;
    private final VectorColumns columns;
    private final ParquetSource source;
    private final ColumnDescriptor id;
    private final ColumnDescriptor vector;
    private final List<ColumnDescriptor> attributes;
    private final int dimension;
    private @Nullable Group group;
    private float[] ahead = new float[64];
    private int aheadLength = -1;

    /// The column readers of one row group.
    private record Group(
            long rows, ColumnReader ids, ColumnReader vectors, List<ColumnReader> attributes) {}

    private long row;

    private ParquetRows(Path path, VectorColumns columns, ParquetSource source) throws IOException {
        this.path = path;
        this.columns = columns;
        this.source = source;
        MessageType all = source.schema();
        this.id = column(all, columns.id(), 0, WHOLE, "whole numbers");
        this.vector = column(all, columns.vector(), 1, FLOATS, "lists of floats");
        this.attributes = new ArrayList<>();
        for (String name : columns.attributes()) {
            attributes.add(
                    column(all, name, 0, ATTRIBUTE, "whole numbers, booleans or short texts"));
        }
        source.select(
                Stream.concat(
                                Stream.of(columns.id(), columns.vector()),
                                columns.attributes().stream())
                        .distinct()
                        .toList(),
                CODECS);
        this.dimension = hasNext() ? vectorAhead() : 0;
    }

    static ParquetRows open(Path path, VectorColumns columns) throws IOException {
        ParquetSource source = ParquetSource.open(path);
        try {
            return new ParquetRows(path, columns, source);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private ColumnDescriptor column(
            MessageType all,
            String name,
            int repetitions,
            Set<PrimitiveTypeName> types,
            String wanted) {
        if (!all.containsField(name)) {
            throw invalid(
                    path + " column",
                    name,
                    "is not one of " + all.getFields().stream().map(f -> f.getName()).toList());
        }
        List<ColumnDescriptor> leaves =
                all.getColumns().stream()
                        .filter(column -> column.getPath()[0].equals(name))
                        .toList();
        if (leaves.size() != 1
                || leaves.getFirst().getMaxRepetitionLevel() != repetitions
                || !types.contains(leaves.getFirst().getPrimitiveType().getPrimitiveTypeName())) {
            throw invalid(path + " column " + name, all.getType(name), "must hold " + wanted);
        }
        return leaves.getFirst();
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.of(source.rows());
    }

    @Override
    public boolean hasNext() throws IOException {
        while (group == null || row >= group.rows()) {
            if (!source.nextGroup()) {
                return false;
            }
            row = 0;
            group =
                    new Group(
                            source.groupRows(),
                            source.column(id),
                            source.column(vector),
                            attributes.stream().map(source::column).toList());
        }
        return true;
    }

    private Group current() {
        Group current = group;
        if (current == null) {
            throw new IllegalStateException("no row is open");
        }
        return current;
    }

    /// Reads the next vector into `ahead` and returns its length, 0 for a null or empty one.
    private int vectorAhead() {
        ColumnReader values = current().vectors();
        int length = 0;
        do {
            if (values.getCurrentDefinitionLevel() == vector.getMaxDefinitionLevel()) {
                if (length == ahead.length) {
                    if (length > VectorFile.DIMENSION_MAX) {
                        throw invalid(
                                path + " " + columns.vector() + " length",
                                "more than " + length,
                                "must be at most " + VectorFile.DIMENSION_MAX);
                    }
                    ahead = Arrays.copyOf(ahead, 2 * length);
                }
                ahead[length++] =
                        vector.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FLOAT
                                ? values.getFloat()
                                : (float) values.getDouble();
            }
            values.consume();
        } while (values.getCurrentRepetitionLevel() > 0);
        aheadLength = length;
        return length;
    }

    @Override
    public void read(VectorBatch batch, int at) {
        int length = aheadLength < 0 ? vectorAhead() : aheadLength;
        if (length != dimension || length == 0) {
            throw invalid(
                    path + " " + columns.vector() + " length",
                    length,
                    "must be " + dimension + " as in the first row, and not 0");
        }
        for (int i = 0; i < length; i++) {
            batch.component(at, i, ahead[i]);
        }
        aheadLength = -1;
        Group current = current();
        if (current.ids().getCurrentDefinitionLevel() < id.getMaxDefinitionLevel()) {
            throw invalid(path + " " + columns.id(), "null", "must not be null");
        }
        batch.id(at, whole(current.ids(), id));
        for (int i = 0; i < attributes.size(); i++) {
            batch.attribute(at, i, whole(current.attributes().get(i), attributes.get(i)));
        }
        row++;
    }

    /// The next value; a null attribute is 0, as one that is not named.
    private static long whole(ColumnReader values, ColumnDescriptor column) {
        long value = 0;
        if (values.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel()) {
            value =
                    switch (column.getPrimitiveType().getPrimitiveTypeName()) {
                        case INT64 -> values.getLong();
                        case INT32 -> values.getInteger();
                        case BOOLEAN -> values.getBoolean() ? 1 : 0;
                        case BINARY ->
                                TextCode.of(
                                        column.getPath()[0],
                                        values.getBinary().toStringUsingUTF8());
                        case FLOAT, DOUBLE, INT96, FIXED_LEN_BYTE_ARRAY ->
                                throw new IllegalStateException("column " + column);
                    };
        }
        values.consume();
        return value;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
