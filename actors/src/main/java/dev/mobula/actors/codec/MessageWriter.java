package dev.mobula.actors.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// A growing little-endian message under construction.
public final class MessageWriter {
    private static final VarHandle SHORT = little(short[].class);
    private static final VarHandle INT = little(int[].class);
    private static final VarHandle LONG = little(long[].class);
    private static final int INITIAL_BYTES = 64;

    private byte[] bytes;
    private int size;

    /// An empty message.
    public MessageWriter() {
        this(INITIAL_BYTES);
    }

    /// An empty message with room for the given number of bytes.
    public MessageWriter(int capacityBytes) {
        bytes = new byte[Math.max(capacityBytes, 1)];
    }

    private static VarHandle little(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    public MessageWriter writeByte(int value) {
        int at = grow(1);
        bytes[at] = (byte) value;
        return this;
    }

    public MessageWriter writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    public MessageWriter writeShort(int value) {
        int at = grow(Short.BYTES);
        SHORT.set(bytes, at, (short) value);
        return this;
    }

    public MessageWriter writeInt(int value) {
        int at = grow(Integer.BYTES);
        INT.set(bytes, at, value);
        return this;
    }

    public MessageWriter writeLong(long value) {
        int at = grow(Long.BYTES);
        LONG.set(bytes, at, value);
        return this;
    }

    public MessageWriter writeFloat(float value) {
        return writeInt(Float.floatToRawIntBits(value));
    }

    public MessageWriter writeDouble(double value) {
        return writeLong(Double.doubleToRawLongBits(value));
    }

    public MessageWriter writeBytes(byte[] value) {
        writeInt(value.length);
        int at = grow(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        return this;
    }

    /// As UTF-8, in which half a surrogate pair has no place: it becomes a question mark.
    public MessageWriter writeString(String value) {
        return writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public MessageWriter writeInts(int[] values) {
        writeInt(values.length);
        view(values.length, Integer.BYTES).asIntBuffer().put(values);
        return this;
    }

    public MessageWriter writeLongs(long[] values) {
        writeInt(values.length);
        view(values.length, Long.BYTES).asLongBuffer().put(values);
        return this;
    }

    public MessageWriter writeFloats(float[] values) {
        writeInt(values.length);
        view(values.length, Float.BYTES).asFloatBuffer().put(values);
        return this;
    }

    public MessageWriter writeDoubles(double[] values) {
        writeInt(values.length);
        view(values.length, Double.BYTES).asDoubleBuffer().put(values);
        return this;
    }

    /// A count, then each element as the given writer writes it.
    public <T> MessageWriter writeList(List<T> values, BiConsumer<MessageWriter, T> element) {
        writeInt(values.size());
        for (T value : values) {
            element.accept(this, value);
        }
        return this;
    }

    public MessageWriter writeStrings(List<String> values) {
        return writeList(values, MessageWriter::writeString);
    }

    public MessageWriter writeNumbersByName(Map<String, Double> values) {
        writeInt(values.size());
        values.forEach((name, number) -> writeString(name).writeDouble(number));
        return this;
    }

    /// A flag, then the value where there is one.
    public <T> MessageWriter writeOptional(
            Optional<T> value, BiConsumer<MessageWriter, T> element) {
        writeBoolean(value.isPresent());
        value.ifPresent(present -> element.accept(this, present));
        return this;
    }

    /// The bytes written so far.
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private ByteBuffer view(int count, int elementBytes) {
        int length = Math.multiplyExact(count, elementBytes);
        int at = grow(length);
        return ByteBuffer.wrap(bytes, at, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int grow(int more) {
        int at = size;
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            int doubled = (int) Math.min((long) bytes.length * 2, Integer.MAX_VALUE - 8);
            bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
        }
        size = needed;
        return at;
    }
}
