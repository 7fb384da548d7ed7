package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/// Writes rows to a Parquet file, packed with zstd; the file appears under its name when it is whole.
public final class ParquetWriting implements AutoCloseable {
    private final Path path;
    private final Path half;
    private final TableSchema schema;
    private final ParquetWriter<Row> writer;
    private boolean published;

    /// One row of a batch.
    private record Row(Rows rows, int row) {}

    private ParquetWriting(Path path, TableSchema schema) throws IOException {
        this.path = path;
        this.half = path.resolveSibling(path.getFileName() + DurableFile.HALF);
        this.schema = schema;
        this.writer =
                new Builder(new LocalOutputFile(half), schema)
                        .withConf(new PlainParquetConfiguration())
                        .withCompressionCodec(CompressionCodecName.ZSTD)
                        .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                        .build();
    }

    public static ParquetWriting create(Path path, TableSchema schema) {
        try {
            return new ParquetWriting(path, schema);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + " cannot be written: " + e, e);
        }
    }

    public void write(Rows rows) {
        if (!rows.schema().hasSameColumns(schema)) {
            throw TrainingException.invalid(
                    "columns of the rows", rows.schema().columns(), "must be " + schema.columns());
        }
        try {
            for (int i = 0; i < rows.size(); i++) {
                writer.write(new Row(rows, i));
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + " was not written: " + e, e);
        }
    }

    /// Makes the file whole and durable, and gives it its name.
    public void publish() {
        try {
            writer.close();
            DurableFile.sync(half);
            DurableFile.publish(half, path);
            published = true;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + " was not written: " + e, e);
        }
    }

    /// Without [#publish] before, nothing is left of the file.
    @Override
    public void close() {
        if (published) {
            return;
        }
        try {
            writer.close();
            Files.deleteIfExists(half);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, half + ": " + e, e);
        }
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        private final TableSchema schema;

        Builder(OutputFile file, TableSchema schema) {
            super(file);
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract in the library, for Hadoop's sake
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return new Support(schema);
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return new Support(schema);
        }
    }

    private static final class Support extends WriteSupport<Row> {
        private final TableSchema schema;
        private final WriteContext context;
        private @Nullable RecordConsumer consumer;

        Support(TableSchema schema) {
            this.schema = schema;
            this.context = new WriteContext(message(schema), Map.copyOf(schema.notes()));
        }

        @Override
        @SuppressWarnings("deprecation") // abstract in the library, for Hadoop's sake
        public WriteContext init(Configuration configuration) {
            return context;
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return context;
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(Row row) {
            RecordConsumer out = consumer;
            if (out == null) {
                throw new IllegalStateException("not ready for rows");
            }
            out.startMessage();
            for (int c = 0; c < schema.size(); c++) {
                Values values = row.rows().values(c);
                if (!values.isMissing(row.row())) {
                    String name = schema.column(c).name();
                    out.startField(name, c);
                    write(out, schema.column(c), values, row.row());
                    out.endField(name, c);
                }
            }
            out.endMessage();
        }

        private static void write(RecordConsumer out, Column column, Values values, int row) {
            switch (values) {
                case Values.Wholes wholes -> {
                    if (column.kind() == Column.Kind.FLAG) {
                        out.addBoolean(wholes.get(row) != 0);
                    } else {
                        out.addLong(wholes.get(row));
                    }
                }
                case Values.Numbers numbers -> out.addDouble(numbers.get(row));
                case Values.Reals reals -> out.addFloat(reals.get(row));
                case Values.Texts texts ->
                        out.addBinary(Binary.fromConstantByteArray(texts.bytes(row)));
                case Values.Lists lists -> writeList(out, column, lists, row);
            }
        }

        private static void writeList(
                RecordConsumer out, Column column, Values.Lists lists, int row) {
            out.startGroup();
            if (lists.length(row) > 0) {
                out.startField("list", 0);
                for (int i = 0; i < lists.length(row); i++) {
                    out.startGroup();
                    out.startField("element", 0);
                    write(out, column, lists.elements(), lists.start(row) + i);
                    out.endField("element", 0);
                    out.endGroup();
                }
                out.endField("list", 0);
            }
            out.endGroup();
        }
    }

    private static MessageType message(TableSchema schema) {
        return new MessageType(
                "rows", schema.columns().stream().map(ParquetWriting::type).toList());
    }

    private static Type type(Column column) {
        String name = column.name();
        return switch (column.kind()) {
            case WHOLE -> Types.optional(PrimitiveTypeName.INT64).named(name);
            case NUMBER -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
            case REAL -> Types.optional(PrimitiveTypeName.FLOAT).named(name);
            case FLAG -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
            case INSTANT ->
                    Types.optional(PrimitiveTypeName.INT64)
                            .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                            .named(name);
            case TEXT -> text().named(name);
            case BYTES -> Types.optional(PrimitiveTypeName.BINARY).named(name);
            case WHOLES -> list(name, Types.required(PrimitiveTypeName.INT64).named("element"));
            case REALS -> list(name, Types.required(PrimitiveTypeName.FLOAT).named("element"));
            case TEXTS ->
                    list(
                            name,
                            Types.required(PrimitiveTypeName.BINARY)
                                    .as(LogicalTypeAnnotation.stringType())
                                    .named("element"));
        };
    }

    private static Types.PrimitiveBuilder<PrimitiveType> text() {
        return Types.optional(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType());
    }

    private static GroupType list(String name, Type element) {
        return Types.optionalList().element(element).named(name);
    }
}
