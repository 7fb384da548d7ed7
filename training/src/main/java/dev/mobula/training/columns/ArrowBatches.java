package dev.mobula.training.columns;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/// Copies whole columns between our batches and Arrow's vectors, for the types that our own files have.
public final class ArrowBatches {
    private ArrowBatches() {}

    /// Fills the vectors with rows `from` to `from + count` of a batch of the same columns.
    public static void write(Rows rows, int from, int count, VectorSchemaRoot root) {
        for (int i = 0; i < rows.schema().size(); i++) {
            write(rows.values(i), from, count, root.getVector(i));
        }
        root.setRowCount(count);
    }

    private static void write(Values values, int from, int count, FieldVector vector) {
        switch (values) {
            case Values.Wholes wholes -> writeWholes(wholes, from, count, vector);
            case Values.Numbers numbers -> {
                BaseFixedWidthVector target = (BaseFixedWidthVector) vector;
                target.allocateNew(count);
                le(target.getDataBuffer(), 8L * count)
                        .asDoubleBuffer()
                        .put(numbers.array(), from, count);
            }
            case Values.Reals reals -> {
                BaseFixedWidthVector target = (BaseFixedWidthVector) vector;
                target.allocateNew(count);
                le(target.getDataBuffer(), 4L * count)
                        .asFloatBuffer()
                        .put(reals.array(), from, count);
            }
            case Values.Texts texts -> writeTexts(texts, from, count, vector);
            case Values.Lists lists -> writeLists(lists, from, count, (ListVector) vector);
        }
        writeValidity(values, from, count, vector.getValidityBuffer());
        vector.setValueCount(count);
    }

    private static void writeWholes(Values.Wholes wholes, int from, int count, FieldVector vector) {
        BaseFixedWidthVector target = (BaseFixedWidthVector) vector;
        target.allocateNew(count);
        if (target instanceof BitVector bits) {
            ArrowBuf data = bits.getDataBuffer();
            data.setZero(0, data.capacity());
            for (int i = 0; i < count; i++) {
                if (wholes.get(from + i) != 0) {
                    BitVectorHelper.setBit(data, i);
                }
            }
        } else {
            le(target.getDataBuffer(), 8L * count).asLongBuffer().put(wholes.array(), from, count);
        }
    }

    private static void writeTexts(Values.Texts texts, int from, int count, FieldVector vector) {
        BaseVariableWidthVector target = (BaseVariableWidthVector) vector;
        int first = texts.start(from);
        int bytes = count == 0 ? 0 : texts.start(from + count - 1) + texts.length(from + count - 1);
        target.allocateNew(Math.max(1L, bytes - first), count);
        ArrowBuf offsets = target.getOffsetBuffer();
        offsets.setInt(0, 0);
        for (int i = 0; i < count; i++) {
            int end = texts.start(from + i) + texts.length(from + i);
            offsets.setInt(4L * (i + 1), end - first);
        }
        if (bytes > first) {
            target.getDataBuffer().setBytes(0, texts.array(), first, bytes - first);
        }
        target.setLastSet(count - 1);
    }

    private static void writeLists(Values.Lists lists, int from, int count, ListVector target) {
        target.setInitialCapacity(count);
        target.allocateNew();
        while (target.getValueCapacity() < count) {
            target.reAlloc();
        }
        int first = lists.start(from);
        int last = first;
        ArrowBuf offsets = target.getOffsetBuffer();
        offsets.setInt(0, 0);
        for (int i = 0; i < count; i++) {
            last = lists.start(from + i) + lists.length(from + i);
            offsets.setInt(4L * (i + 1), last - first);
        }
        write(lists.elements(), first, last - first, target.getDataVector());
        target.setLastSet(count - 1);
    }

    private static void writeValidity(Values values, int from, int count, ArrowBuf validity) {
        validity.setZero(0, validity.capacity());
        for (int i = 0; i < count; i++) {
            if (!values.isMissing(from + i)) {
                BitVectorHelper.setBit(validity, i);
            }
        }
    }

    private static ByteBuffer le(ArrowBuf buffer, long bytes) {
        return buffer.nioBuffer(0, Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Appends rows `from` to `from + count` of vectors of our types.
    public static void read(VectorSchemaRoot root, int from, int count, Rows rows) {
        for (int i = 0; i < rows.schema().size(); i++) {
            read(root.getVector(i), from, count, rows.values(i));
        }
        rows.endRows(count);
    }

    private static void read(FieldVector vector, int from, int count, Values values) {
        boolean dense = vector.getNullCount() == 0;
        switch (values) {
            case Values.Wholes wholes -> {
                if (vector instanceof BitVector bits) {
                    for (int i = from; i < from + count; i++) {
                        if (dense || !bits.isNull(i)) {
                            wholes.add(bits.get(i));
                        } else {
                            wholes.addMissing();
                        }
                    }
                } else {
                    ArrowBuf data = vector.getDataBuffer();
                    for (int i = from; i < from + count; i++) {
                        if (dense || !vector.isNull(i)) {
                            wholes.add(data.getLong(8L * i));
                        } else {
                            wholes.addMissing();
                        }
                    }
                }
            }
            case Values.Numbers numbers -> {
                ArrowBuf data = vector.getDataBuffer();
                for (int i = from; i < from + count; i++) {
                    if (dense || !vector.isNull(i)) {
                        numbers.add(data.getDouble(8L * i));
                    } else {
                        numbers.addMissing();
                    }
                }
            }
            case Values.Reals reals -> {
                ArrowBuf data = vector.getDataBuffer();
                for (int i = from; i < from + count; i++) {
                    if (dense || !vector.isNull(i)) {
                        reals.add(data.getFloat(4L * i));
                    } else {
                        reals.addMissing();
                    }
                }
            }
            case Values.Texts texts -> readTexts(vector, from, count, texts);
            case Values.Lists lists -> readLists((ListVector) vector, from, count, lists);
        }
    }

    private static void readTexts(FieldVector vector, int from, int count, Values.Texts texts) {
        ArrowBuf offsets = vector.getOffsetBuffer();
        ArrowBuf data = vector.getDataBuffer();
        if (count == 0) {
            return;
        }
        int first = offsets.getInt(4L * from);
        int last = offsets.getInt(4L * (from + count));
        byte[] bytes = new byte[last - first];
        data.getBytes(first, bytes);
        for (int i = from; i < from + count; i++) {
            if (vector.isNull(i)) {
                texts.addMissing();
            } else {
                int start = offsets.getInt(4L * i);
                texts.add(bytes, start - first, offsets.getInt(4L * (i + 1)) - start);
            }
        }
    }

    private static void readLists(ListVector vector, int from, int count, Values.Lists lists) {
        FieldVector elements = vector.getDataVector();
        for (int i = from; i < from + count; i++) {
            if (vector.isNull(i)) {
                lists.addMissing();
                continue;
            }
            int start = vector.getElementStartIndex(i);
            read(elements, start, vector.getElementEndIndex(i) - start, lists.elements());
            if (lists.elements().missingCount() > 0) {
                throw new TrainingException(
                        Code.BAD_DATA,
                        "column "
                                + vector.getName()
                                + " row "
                                + i
                                + ": a list with a missing value");
            }
            lists.endList();
        }
    }
}
