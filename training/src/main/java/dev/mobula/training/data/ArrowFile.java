package dev.mobula.training.data;

import dev.mobula.retrieval.files.ArrowSource;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.ArrowTypes;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/// An Arrow IPC file from anywhere: whole numbers of any width, floats, flags, times, texts, dictionaries, lists.
public final class ArrowFile implements TableReader {
    private final Path path;
    private final ArrowSource source;
    private final TableSchema schema;
    private final List<FieldVector> vectors = new ArrayList<>();
    private int row;
    private int rowsInBatch;
    private boolean ended;

    private ArrowFile(Path path, ArrowSource source, TableSchema schema) {
        this.path = path;
        this.source = source;
        this.schema = schema;
        for (Column column : schema.columns()) {
            vectors.add(source.root().getVector(column.name()));
        }
    }

    /// Opens a file; of some columns when they are named.
    public static ArrowFile open(Path path, Optional<List<String>> names) {
        return FileAttempt.of(
                path,
                "open",
                () -> {
                    ArrowSource source = ArrowSource.open(path);
                    try {
                        Schema arrow = source.root().getSchema();
                        return new ArrowFile(path, source, schema(source, arrow, names));
                    } catch (RuntimeException e) {
                        source.close();
                        throw e;
                    }
                });
    }

    private static TableSchema schema(
            ArrowSource source, Schema arrow, Optional<List<String>> names) {
        List<Column> columns = new ArrayList<>();
        for (Field field : arrow.getFields()) {
            if (names.isEmpty() || names.get().contains(field.getName())) {
                columns.add(
                        Column.of(
                                field.getName(), ArrowTypes.kind(field, valueType(source, field))));
            }
        }
        TableSchema found = new TableSchema(columns, ArrowTypes.notes(arrow));
        return names.map(found::only).orElse(found);
    }

    /// The type of the values, looked up where they are numbers of a dictionary's entries.
    private static ArrowType valueType(ArrowSource source, Field field) {
        if (field.getDictionary() == null) {
            return field.getType();
        }
        return dictionary(source, field).getField().getType();
    }

    private static FieldVector dictionary(ArrowSource source, Field field) {
        return source.reader().lookup(field.getDictionary().getId()).getVector();
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
                        int count = Math.min(rowsMax - batch.size(), rowsInBatch - row);
                        for (int c = 0; c < vectors.size(); c++) {
                            for (int i = row; i < row + count; i++) {
                                add(vectors.get(c), i, batch.values(c));
                            }
                        }
                        batch.endRows(count);
                        row += count;
                    }
                    return batch.size() > 0;
                });
    }

    private boolean hasNext() throws IOException {
        while (row >= rowsInBatch) {
            if (ended || !source.next()) {
                ended = true;
                return false;
            }
            row = 0;
            rowsInBatch = source.root().getRowCount();
        }
        return true;
    }

    private void add(FieldVector vector, int at, Values values) {
        if (vector.isNull(at)) {
            values.addMissing();
        } else if (vector.getField().getDictionary() != null) {
            long entry = ((BaseIntVector) vector).getValueAsLong(at);
            addPlain(dictionary(source, vector.getField()), Math.toIntExact(entry), values);
        } else {
            addPlain(vector, at, values);
        }
    }

    private void addPlain(FieldVector vector, int at, Values values) {
        switch (values) {
            case Values.Wholes wholes -> wholes.add(whole(vector, at));
            case Values.Numbers numbers -> numbers.add(((Float8Vector) vector).get(at));
            case Values.Reals reals ->
                    reals.add(
                            vector instanceof Float4Vector single
                                    ? single.get(at)
                                    : (float) ((Float8Vector) vector).get(at));
            case Values.Texts texts -> {
                Object text = ((VariableWidthFieldVector) vector).getObject(at);
                texts.add(
                        text instanceof byte[] bytes
                                ? bytes
                                : text.toString().getBytes(StandardCharsets.UTF_8));
            }
            case Values.Lists lists -> addList(vector, at, lists);
        }
    }

    private void addList(FieldVector vector, int at, Values.Lists lists) {
        int start;
        int end;
        FieldVector elements;
        if (vector instanceof ListVector list) {
            start = list.getElementStartIndex(at);
            end = list.getElementEndIndex(at);
            elements = list.getDataVector();
        } else {
            FixedSizeListVector list = (FixedSizeListVector) vector;
            start = at * list.getListSize();
            end = start + list.getListSize();
            elements = list.getDataVector();
        }
        for (int i = start; i < end; i++) {
            if (elements.isNull(i)) {
                throw new TrainingException(
                        Code.BAD_DATA,
                        path
                                + " column "
                                + vector.getName()
                                + " row in batch "
                                + at
                                + ": a list with a missing value");
            }
            addPlain(elements, i, lists.elements());
        }
        lists.endList();
    }

    private static long whole(FieldVector vector, int at) {
        return switch (vector) {
            case BaseIntVector whole -> whole.getValueAsLong(at);
            case BitVector bit -> bit.get(at);
            case DateDayVector days -> Math.multiplyExact(days.get(at), 86_400_000_000L);
            case DateMilliVector millis -> Math.multiplyExact(millis.get(at), 1_000L);
            case TimeStampVector time -> micros(time, at);
            default -> throw new IllegalStateException("vector " + vector.getField());
        };
    }

    private static long micros(TimeStampVector vector, int at) {
        long time = vector.get(at);
        return switch (((ArrowType.Timestamp) vector.getField().getType()).getUnit()) {
            case SECOND -> Math.multiplyExact(time, 1_000_000L);
            case MILLISECOND -> Math.multiplyExact(time, 1_000L);
            case MICROSECOND -> time;
            case NANOSECOND -> Math.floorDiv(time, 1_000L);
        };
    }

    @Override
    public OptionalDouble done() {
        return OptionalDouble.of(ended ? 1 : FileAttempt.of(path, "size", source::done));
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
