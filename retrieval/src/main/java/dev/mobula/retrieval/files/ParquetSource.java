package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// A Parquet file from anywhere, read row group by row group and column by column within bounds of memory.
public final class ParquetSource implements AutoCloseable {
    private static final long GROUP_BYTES_MAX = 2L << 30;

    private final Path path;
    private final ParquetFileReader reader;
    private MessageType schema;
    private @Nullable ColumnReadStoreImpl store;
    private long groupRows;
    private long rowsRead;

    private ParquetSource(Path path, ParquetFileReader reader) {
        this.path = path;
        this.reader = reader;
        this.schema = reader.getFileMetaData().getSchema();
    }

    public static ParquetSource open(Path path) throws IOException {
        return new ParquetSource(
                path,
                ParquetFileReader.open(
                        new LocalInputFile(path),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .usePageChecksumVerification(true)
                                .build()));
    }

    /// All columns of the file, or those of the last [#select].
    public MessageType schema() {
        return schema;
    }

    public long rows() {
        return reader.getRecordCount();
    }

    /// The share of the file's rows whose groups were opened.
    public double done() {
        return rows() == 0 ? 1 : (double) rowsRead / rows();
    }

    /// Restricts what is read to these columns, and refuses row groups and codecs that are outside their limits.
    public void select(List<String> names, Set<CompressionCodecName> codecs) {
        MessageType all = reader.getFileMetaData().getSchema();
        schema = new MessageType(all.getName(), names.stream().map(all::getType).toList());
        reader.setRequestedSchema(schema);
        for (BlockMetaData block : reader.getRowGroups()) {
            if (block.getRowCount() < 0 || block.getTotalByteSize() > GROUP_BYTES_MAX) {
                throw invalid(
                        path + " row group",
                        block.getRowCount() + " rows of " + block.getTotalByteSize() + " bytes",
                        "must have at most " + GROUP_BYTES_MAX + " bytes");
            }
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                if (schema.containsField(chunk.getPath().toArray()[0])) {
                    check(chunk, block.getRowCount(), codecs);
                }
            }
        }
    }

    private void check(ColumnChunkMetaData chunk, long rows, Set<CompressionCodecName> codecs) {
        if (!codecs.contains(chunk.getCodec())) {
            throw invalid(path + " compression", chunk.getCodec(), "must be one of " + codecs);
        }
        long values = chunk.getValueCount();
        if (isList(chunk.getPath()) ? values < rows : values != rows) {
            throw corrupt(
                    path
                            + " column "
                            + chunk.getPath()
                            + ": "
                            + values
                            + " values for "
                            + rows
                            + " rows");
        }
    }

    private boolean isList(ColumnPath column) {
        return schema.getColumnDescription(column.toArray()).getMaxRepetitionLevel() > 0;
    }

    /// Opens the next row group; false after the last.
    public boolean nextGroup() throws IOException {
        PageReadStore pages = reader.readNextRowGroup();
        if (pages == null) {
            store = null;
            return false;
        }
        store =
                new ColumnReadStoreImpl(
                        pages,
                        new IgnoredRecords(schema),
                        schema,
                        reader.getFileMetaData().getCreatedBy());
        groupRows = pages.getRowCount();
        rowsRead += groupRows;
        return true;
    }

    /// Rows of the group that is open.
    public long groupRows() {
        return groupRows;
    }

    /// A column of the group that is open, from its first row.
    public ColumnReader column(ColumnDescriptor column) {
        if (store == null) {
            throw new IllegalStateException("no row group is open");
        }
        return store.getColumnReader(column);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
