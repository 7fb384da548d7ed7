package dev.mobula.retrieval.store;

import dev.mobula.retrieval.RetrievalException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// Reads what [RecordWriter] wrote, and refuses what it did not: a wrong checksum, version, length or value.
public final class RecordReader {
    private final ByteBuffer record;
    private final String what;

    public RecordReader(byte[] bytes, int version, String what) {
        this.what = what;
        int body = bytes.length - RecordWriter.CRC_BYTES;
        this.record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (body < 1) {
            throw corrupt("only " + bytes.length + " bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, body);
        int stored = record.getInt(body);
        if (stored != (int) crc.getValue()) {
            throw corrupt("crc32c=%08x, stored=%08x".formatted((int) crc.getValue(), stored));
        }
        record.limit(body);
        int found = readByte();
        if (found != version) {
            throw corrupt("format version " + found + ", this program reads " + version);
        }
    }

    public int readByte() {
        require(1);
        return record.get() & 0xFF;
    }

    public long readCount() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw corrupt("a number of more than ten bytes");
    }

    public long readSigned() {
        long value = readCount();
        return (value >>> 1) ^ -(value & 1);
    }

    public long readFixed() {
        require(Long.BYTES);
        return record.getLong();
    }

    /// A count of things that follow, each at least `bytesEach` long: never more than the record can hold.
    public int readLength(int bytesEach) {
        long count = readCount();
        if (count < 0 || count > record.remaining() / bytesEach) {
            throw corrupt("count " + count + " with " + record.remaining() + " bytes left");
        }
        return (int) count;
    }

    public String readText() {
        int bytes = readLength(1);
        String text = new String(record.array(), record.position(), bytes, StandardCharsets.UTF_8);
        record.position(record.position() + bytes);
        return text;
    }

    public void skipText() {
        int bytes = readLength(1);
        record.position(record.position() + bytes);
    }

    public float[] readFloats() {
        float[] values = new float[readLength(Float.BYTES)];
        record.slice(record.position(), values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        record.position(record.position() + values.length * Float.BYTES);
        return values;
    }

    public void finish() {
        if (record.hasRemaining()) {
            throw corrupt(record.remaining() + " bytes too many");
        }
    }

    public RetrievalException corrupt(String why) {
        return RetrievalException.corrupt(what + ": " + why);
    }

    private void require(int bytes) {
        if (record.remaining() < bytes) {
            throw corrupt("ends " + (bytes - record.remaining()) + " bytes early");
        }
    }
}
