package dev.mobula.actors.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A cursor over one received message that trusts none of its lengths.
///
/// Every read is checked against the bytes that are left, so that a hostile length allocates
/// nothing: an array is created only after its bytes were seen to be there.
public final class MessageReader {
    private final ByteBuffer bytes;

    /// Reads the whole array.
    public MessageReader(byte[] message) {
        this(ByteBuffer.wrap(message));
    }

    /// Reads what is left in the buffer, whose own position stays.
    public MessageReader(ByteBuffer message) {
        bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    public byte readByte() {
        require(1);
        return bytes.get();
    }

    public boolean readBoolean() {
        byte flag = readByte();
        if (flag != 0 && flag != 1) {
            throw new MalformedMessageException("a flag is 0 or 1, found " + flag);
        }
        return flag == 1;
    }

    public short readShort() {
        require(Short.BYTES);
        return bytes.getShort();
    }

    public int readInt() {
        require(Integer.BYTES);
        return bytes.getInt();
    }

    public long readLong() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    public float readFloat() {
        return Float.intBitsToFloat(readInt());
    }

    public double readDouble() {
        return Double.longBitsToDouble(readLong());
    }

    public byte[] readBytes() {
        byte[] value = new byte[readCount(1)];
        bytes.get(value);
        return value;
    }

    public String readString() {
        byte[] utf8 = readBytes();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException invalid) {
            throw new MalformedMessageException("text of " + utf8.length + " bytes is not UTF-8");
        }
    }

    public int[] readInts() {
        int[] values = new int[readCount(Integer.BYTES)];
        bytes.asIntBuffer().get(values);
        skip(values.length * Integer.BYTES);
        return values;
    }

    public long[] readLongs() {
        long[] values = new long[readCount(Long.BYTES)];
        bytes.asLongBuffer().get(values);
        skip(values.length * Long.BYTES);
        return values;
    }

    public float[] readFloats() {
        float[] values = new float[readCount(Float.BYTES)];
        bytes.asFloatBuffer().get(values);
        skip(values.length * Float.BYTES);
        return values;
    }

    public double[] readDoubles() {
        double[] values = new double[readCount(Double.BYTES)];
        bytes.asDoubleBuffer().get(values);
        skip(values.length * Double.BYTES);
        return values;
    }

    /// A list whose elements take at least one byte each.
    public <T> List<T> readList(Function<MessageReader, T> element) {
        int count = readCount(1);
        List<T> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(element.apply(this));
        }
        return values;
    }

    public List<String> readStrings() {
        return readList(MessageReader::readString);
    }

    public Map<String, Double> readNumbersByName() {
        int count = readCount(Integer.BYTES + Double.BYTES);
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = readString();
            if (values.put(name, readDouble()) != null) {
                throw new MalformedMessageException("the name \"" + name + "\" comes twice");
            }
        }
        return values;
    }

    public <T> Optional<T> readOptional(Function<MessageReader, T> element) {
        return readBoolean() ? Optional.of(element.apply(this)) : Optional.empty();
    }

    /// Whether there is another field: one that earlier versions did not write is read only then.
    public boolean hasMore() {
        return bytes.hasRemaining();
    }

    /// Refuses a message that goes on after its last field.
    public void requireEnd() {
        if (bytes.hasRemaining()) {
            throw new MalformedMessageException(
                    bytes.remaining() + " bytes follow the end of the message");
        }
    }

    private int readCount(int elementBytes) {
        int count = readInt();
        if (count < 0 || (long) count * elementBytes > bytes.remaining()) {
            throw new MalformedMessageException(
                    "a count of "
                            + count
                            + " elements of "
                            + elementBytes
                            + " bytes or more, but "
                            + bytes.remaining()
                            + " bytes are left");
        }
        return count;
    }

    private void require(int length) {
        if (bytes.remaining() < length) {
            throw new MalformedMessageException(
                    length + " bytes expected, " + bytes.remaining() + " are left");
        }
    }

    private void skip(int length) {
        bytes.position(bytes.position() + length);
    }
}
