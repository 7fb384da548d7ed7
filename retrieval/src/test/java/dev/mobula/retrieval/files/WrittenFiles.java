package dev.mobula.retrieval.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/// Files of vectors as other programs write them.
public final class WrittenFiles {
    /// Rows to write: ids, vectors, an attribute `age` that is null in every third row, a flag, a language, and a
    /// title too long for an attribute.
    public record Rows(long[] ids, float[][] vectors) {
        public static Rows random(SplittableRandom random, int rows, int dimension) {
            float[][] vectors = new float[rows][dimension];
            for (float[] vector : vectors) {
                for (int i = 0; i < dimension; i++) {
                    vector[i] = random.nextFloat() - .5f;
                }
            }
            return new Rows(random.longs(rows).toArray(), vectors);
        }

        public long age(int row) {
            return row % 3 == 0 ? 0 : row;
        }

        public int flag(int row) {
            return row % 2;
        }

        public String language(int row) {
            return row % 3 == 0 ? "" : List.of("de", "zh-Hant").get(row % 2);
        }

        String title(int row) {
            return "title " + row + " of row";
        }
    }

    private WrittenFiles() {}

    public static Path arrow(
            Path path, Rows rows, int batchRows, boolean fixedSize, CodecType codec)
            throws IOException {
        int dimension = rows.vectors().length == 0 ? 1 : rows.vectors()[0].length;
        ArrowType list = fixedSize ? new ArrowType.FixedSizeList(dimension) : new ArrowType.List();
        Field value =
                new Field(
                        "item",
                        FieldType.notNullable(
                                new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
                        List.of());
        Schema schema =
                new Schema(
                        List.of(
                                new Field(
                                        "id",
                                        FieldType.notNullable(new ArrowType.Int(64, true)),
                                        List.of()),
                                new Field("vector", FieldType.nullable(list), List.of(value)),
                                new Field(
                                        "age",
                                        FieldType.nullable(new ArrowType.Int(64, true)),
                                        List.of()),
                                new Field(
                                        "flag",
                                        FieldType.nullable(new ArrowType.Bool()),
                                        List.of()),
                                new Field(
                                        "language",
                                        FieldType.nullable(new ArrowType.Utf8()),
                                        List.of()),
                                new Field(
                                        "title",
                                        FieldType.nullable(new ArrowType.Utf8()),
                                        List.of())));
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
                FileChannel channel =
                        FileChannel.open(
                                path,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE);
                ArrowFileWriter writer =
                        new ArrowFileWriter(
                                root,
                                null,
                                channel,
                                null,
                                IpcOption.DEFAULT,
                                codec == CodecType.ZSTD
                                        ? CommonsCompressionFactory.INSTANCE
                                        : NoCompressionCodec.Factory.INSTANCE,
                                codec)) {
            writer.start();
            for (int from = 0; from < rows.ids().length; from += batchRows) {
                int count = Math.min(batchRows, rows.ids().length - from);
                fill(root, rows, from, count, dimension);
                writer.writeBatch();
            }
            writer.end();
        }
        return path;
    }

    private static void fill(VectorSchemaRoot root, Rows rows, int from, int count, int dimension) {
        root.clear();
        BigIntVector ids = (BigIntVector) root.getVector("id");
        BigIntVector ages = (BigIntVector) root.getVector("age");
        VarCharVector languages = (VarCharVector) root.getVector("language");
        VarCharVector titles = (VarCharVector) root.getVector("title");
        BitVector flags = (BitVector) root.getVector("flag");
        Float4Vector values;
        if (root.getVector("vector") instanceof FixedSizeListVector fixed) {
            values = (Float4Vector) fixed.getDataVector();
        } else {
            values = (Float4Vector) ((ListVector) root.getVector("vector")).getDataVector();
        }
        for (int row = 0; row < count; row++) {
            ids.setSafe(row, rows.ids()[from + row]);
            if ((from + row) % 3 == 0) {
                ages.setNull(row);
            } else {
                ages.setSafe(row, from + row);
            }
            flags.setSafe(row, rows.flag(from + row));
            languages.setSafe(row, rows.language(from + row).getBytes(StandardCharsets.UTF_8));
            if (from + row == 2) {
                titles.setSafe(row, rows.title(2).getBytes(StandardCharsets.UTF_8));
            }
            if (root.getVector("vector") instanceof FixedSizeListVector fixed) {
                fixed.startNewValue(row);
            } else {
                ((ListVector) root.getVector("vector")).startNewValue(row);
            }
            for (int i = 0; i < dimension; i++) {
                values.setSafe(row * dimension + i, rows.vectors()[from + row][i]);
            }
            if (root.getVector("vector") instanceof ListVector list) {
                list.endValue(row, dimension);
            }
        }
        values.setValueCount(count * dimension);
        root.setRowCount(count);
    }

    public static Path parquet(Path path, Rows rows, CompressionCodecName codec, long groupBytes)
            throws IOException {
        MessageType schema =
                MessageTypeParser.parseMessageType(
                        "message rows { required int64 id;"
                                + " optional group vector (LIST) { repeated group list {"
                                + " optional float element; } }"
                                + " optional int64 age; optional boolean flag;"
                                + " optional binary language (STRING);"
                                + " optional binary title (STRING); }");
        Files.deleteIfExists(path);
        SimpleGroupFactory factory = new SimpleGroupFactory(schema);
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(path))
                        .withConf(new PlainParquetConfiguration())
                        .withType(schema)
                        .withCompressionCodec(codec)
                        .withRowGroupSize(groupBytes)
                        .withMinRowCountForPageSizeCheck(10)
                        .withPageSize(1_000)
                        .build()) {
            for (int row = 0; row < rows.ids().length; row++) {
                Group group = factory.newGroup().append("id", rows.ids()[row]);
                Group list = group.addGroup("vector");
                for (float value : rows.vectors()[row]) {
                    list.addGroup("list").append("element", value);
                }
                if (row % 3 != 0) {
                    group.append("age", (long) row);
                }
                group.append("flag", rows.flag(row) == 1);
                if (row % 3 != 0) {
                    group.append("language", rows.language(row));
                }
                if (row == 2) {
                    group.append("title", rows.title(row));
                }
                writer.write(group);
            }
        }
        return path;
    }

    public static Path numpy(Path path, Rows rows) throws IOException {
        int dimension = rows.vectors()[0].length;
        ByteBuffer values =
                ByteBuffer.allocate(rows.ids().length * dimension * 4)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : rows.vectors()) {
            for (float value : vector) {
                values.putFloat(value);
            }
        }
        return numpy(path, "<f4", "(" + rows.ids().length + ", " + dimension + ")", values.array());
    }

    public static Path numpyIds(Path path, Rows rows) throws IOException {
        ByteBuffer values =
                ByteBuffer.allocate(rows.ids().length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long id : rows.ids()) {
            values.putLong(id);
        }
        return numpy(path, "<i8", "(" + rows.ids().length + ",)", values.array());
    }

    public static Path numpy(Path path, String type, String shape, byte[] values)
            throws IOException {
        String header =
                "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        int padded = Math.ceilDiv(10 + header.length() + 1, 64) * 64 - 10;
        ByteBuffer file =
                ByteBuffer.allocate(10 + padded + values.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) padded);
        file.put(
                (header + " ".repeat(padded - header.length() - 1) + "\n")
                        .getBytes(StandardCharsets.US_ASCII));
        file.put(values);
        return Files.write(path, file.array());
    }
}
