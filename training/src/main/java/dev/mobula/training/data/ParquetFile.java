package dev.mobula.training.data;

import dev.mobula.retrieval.files.ParquetSource;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// A Parquet file from anywhere: plain columns and lists of plain values, packed with zstd, snappy, gzip or not at all.
public final class ParquetFile implements TableReader {
    private static final Set<CompressionCodecName> CODECS =
            Set.of(
                    CompressionCodecName.UNCOMPRESSED,
                    CompressionCodecName.ZSTD,
                    CompressionCodecName.SNAPPY,
                    CompressionCodecName.GZIP);

    private final Path path;
    private final ParquetSource source;
    private final TableSchema schema;
    private final List<Leaf> leaves;
    private final List<ColumnReader> readers = new ArrayList<>();
    private long row;
    private long groupRows;

    /// A column and how to read it. For a list: from which definition level on it is there, and has a next element.
    private record Leaf(ColumnDescriptor column, Kind kind, int listLevel, int elementLevel) {
        boolean isList() {
            return column.getMaxRepetitionLevel() > 0;
        }

        int valueLevel() {
            return column.getMaxDefinitionLevel();
        }
    }

    private ParquetFile(Path path, ParquetSource source, TableSchema schema, List<Leaf> leaves) {
        this.path = path;
        this.source = source;
        this.schema = schema;
        this.leaves = leaves;
    }

    /// Opens a file; of some columns when they are named.
    public static ParquetFile open(Path path, Optional<List<String>> names) {
        return FileAttempt.of(
                path,
                "open",
                () -> {
                    ParquetSource source = ParquetSource.open(path);
                    try {
                        return open(path, source, names);
                    } catch (RuntimeException e) {
                        source.close();
                        throw e;
                    }
                });
    }

    private static ParquetFile open(Path path, ParquetSource source, Optional<List<String>> names) {
        List<String> all = source.schema().getFields().stream().map(Type::getName).toList();
        List<Column> columns = new ArrayList<>();
        List<Leaf> leaves = new ArrayList<>();
        for (String name : names.orElse(all)) {
            if (!all.contains(name)) {
                throw TrainingException.invalid(path + " column", name, "is not one of " + all);
            }
            Leaf leaf = leaf(path, source, name);
            leaves.add(leaf);
            columns.add(Column.of(name, leaf.kind()));
        }
        source.select(columns.stream().map(Column::name).toList(), CODECS);
        return new ParquetFile(path, source, new TableSchema(columns, Map.of()), leaves);
    }

    private static Leaf leaf(Path path, ParquetSource source, String name) {
        List<ColumnDescriptor> found =
                source.schema().getColumns().stream()
                        .filter(column -> column.getPath()[0].equals(name))
                        .toList();
        ColumnDescriptor column = found.getFirst();
        Kind kind = found.size() == 1 ? kind(column.getPrimitiveType()) : null;
        int lists = column.getMaxRepetitionLevel();
        if (lists == 1 && kind != null) {
            kind = listOf(kind);
        }
        if (kind == null || lists > 1) {
            throw TrainingException.invalid(
                    path + " column " + name,
                    source.schema().getType(name),
                    "is of a type that is not read; name the columns to read without it");
        }
        if (lists == 0) {
            return new Leaf(column, kind, 0, 0);
        }
        int elementLevel = 0;
        for (int depth = 1; depth <= column.getPath().length; depth++) {
            String[] prefix = Arrays.copyOf(column.getPath(), depth);
            if (source.schema().getMaxRepetitionLevel(prefix) == 1) {
                elementLevel = source.schema().getMaxDefinitionLevel(prefix);
                break;
            }
        }
        return new Leaf(column, kind, elementLevel - 1, elementLevel);
    }

    private static @Nullable Kind listOf(Kind kind) {
        return switch (kind) {
            case WHOLE -> Kind.WHOLES;
            case REAL, NUMBER -> Kind.REALS;
            case TEXT -> Kind.TEXTS;
            case FLAG, INSTANT, BYTES, WHOLES, REALS, TEXTS -> null;
        };
    }

    private static @Nullable Kind kind(PrimitiveType type) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        return switch (type.getPrimitiveTypeName()) {
            case INT32 ->
                    logical instanceof DateLogicalTypeAnnotation ? Kind.INSTANT : wholes(logical);
            case INT64 ->
                    logical instanceof TimestampLogicalTypeAnnotation
                            ? Kind.INSTANT
                            : wholes(logical);
            case BOOLEAN -> Kind.FLAG;
            case FLOAT -> Kind.REAL;
            case DOUBLE -> Kind.NUMBER;
            case BINARY ->
                    logical == null
                            ? Kind.BYTES
                            : logical instanceof StringLogicalTypeAnnotation
                                            || logical
                                                    instanceof
                                                    LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                                            || logical
                                                    instanceof
                                                    LogicalTypeAnnotation.JsonLogicalTypeAnnotation
                                    ? Kind.TEXT
                                    : null;
            case INT96, FIXED_LEN_BYTE_ARRAY -> null;
        };
    }

    private static @Nullable Kind wholes(@Nullable LogicalTypeAnnotation logical) {
        return logical == null || logical instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation
                ? Kind.WHOLE
                : null;
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public boolean next(Rows batch, int rowsMax) {
        batch.clear();
        return FileAttempt.of(
                path,
                "read",
                () -> {
                    while (batch.size() < rowsMax && hasNext()) {
                        int count = (int) Math.min(rowsMax - batch.size(), groupRows - row);
                        for (int c = 0; c < leaves.size(); c++) {
                            read(leaves.get(c), readers.get(c), count, batch.values(c));
                        }
                        batch.endRows(count);
                        row += count;
                    }
                    return batch.size() > 0;
                });
    }

    private boolean hasNext() throws IOException {
        while (row >= groupRows) {
            if (!source.nextGroup()) {
                return false;
            }
            row = 0;
            groupRows = source.groupRows();
            readers.clear();
            leaves.forEach(leaf -> readers.add(source.column(leaf.column())));
        }
        return true;
    }

    private void read(Leaf leaf, ColumnReader reader, int count, Values values) {
        for (int i = 0; i < count; i++) {
            if (leaf.isList()) {
                readList(leaf, reader, (Values.Lists) values);
            } else if (reader.getCurrentDefinitionLevel() < leaf.valueLevel()) {
                values.addMissing();
                reader.consume();
            } else {
                add(leaf.column().getPrimitiveType(), reader, values);
                reader.consume();
            }
        }
    }

    private void readList(Leaf leaf, ColumnReader reader, Values.Lists lists) {
        int level = reader.getCurrentDefinitionLevel();
        if (level < leaf.elementLevel()) {
            reader.consume();
            if (level < leaf.listLevel()) {
                lists.addMissing();
            } else {
                lists.endList();
            }
            return;
        }
        do {
            if (reader.getCurrentDefinitionLevel() < leaf.valueLevel()) {
                throw new TrainingException(
                        Code.BAD_DATA,
                        path
                                + " column "
                                + leaf.column().getPath()[0]
                                + ": a list with a missing value");
            }
            add(leaf.column().getPrimitiveType(), reader, lists.elements());
            reader.consume();
        } while (reader.getCurrentRepetitionLevel() > 0);
        lists.endList();
    }

    private static void add(PrimitiveType type, ColumnReader reader, Values values) {
        switch (values) {
            case Values.Wholes wholes -> wholes.add(whole(type, reader));
            case Values.Numbers numbers -> numbers.add(reader.getDouble());
            case Values.Reals reals ->
                    reals.add(
                            type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.FLOAT
                                    ? reader.getFloat()
                                    : (float) reader.getDouble());
            case Values.Texts texts -> texts.add(reader.getBinary().getBytesUnsafe());
            case Values.Lists _ -> throw new IllegalStateException("a list of lists");
        }
    }

    private static long whole(PrimitiveType type, ColumnReader reader) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> reader.getBoolean() ? 1 : 0;
            case INT32 ->
                    type.getLogicalTypeAnnotation() instanceof DateLogicalTypeAnnotation
                            ? reader.getInteger() * 86_400_000_000L
                            : reader.getInteger();
            case INT64 -> micros(type.getLogicalTypeAnnotation(), reader.getLong());
            case FLOAT, DOUBLE, BINARY, INT96, FIXED_LEN_BYTE_ARRAY ->
                    throw new IllegalStateException("type " + type);
        };
    }

    private static long micros(@Nullable LogicalTypeAnnotation logical, long value) {
        if (!(logical instanceof TimestampLogicalTypeAnnotation time)) {
            return value;
        }
        return time.getUnit() == TimeUnit.MILLIS
                ? Math.multiplyExact(value, 1_000L)
                : time.getUnit() == TimeUnit.MICROS ? value : Math.floorDiv(value, 1_000L);
    }

    @Override
    public OptionalDouble done() {
        return OptionalDouble.of(source.done());
    }

    @Override
    public void close() {
        FileAttempt.of(
                path,
                "close",
                () -> {
                    source.close();
                    return true;
                });
    }
}
