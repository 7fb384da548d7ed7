package dev.mobula.retrieval.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Writes one stored record: a version byte, compact fields, and a crc32c of everything before it.
public final class RecordWriter {
    static final int CRC_BYTES = 4;

    private byte[] bytes = new byte[128];
    private int length;

    public RecordWriter(int version) {
        writeByte(version);
    }

    public void writeByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    /// A number that is usually small and not negative: seven bits a byte.
    public void writeCount(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /// A number of either sign, small ones short.
    public void writeSigned(long value) {
        writeCount((value << 1) ^ (value >> 63));
    }

    public void writeFixed(long value) {
        reserve(Long.BYTES);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length, value);
        length += Long.BYTES;
    }

    public void writeText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        writeCount(encoded.length);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    public void writeFloats(float[] values) {
        writeCount(values.length);
        reserve(values.length * Float.BYTES);
        ByteBuffer.wrap(bytes, length, values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(values);
        length += values.length * Float.BYTES;
    }

    public byte[] finish() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        byte[] record = Arrays.copyOf(bytes, length + CRC_BYTES);
        ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).putInt(length, (int) crc.getValue());
        return record;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
