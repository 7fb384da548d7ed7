package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A NumPy array file, its values read one after the other: little-endian, rows first, one or two dimensions.
final class NumpyArray implements AutoCloseable {
    private static final int PREFIX_BYTES = 8;
    private static final int HEADER_BYTES_MAX = 64 << 10;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final Map<String, Integer> TYPE_BYTES =
            Map.of(
                    "<f2", 2, "<f4", 4, "<f8", 8, "<i4", 4, "<i8", 8, "<u4", 4, "<u8", 8, "<i2", 2,
                    "<u2", 2);
    private static final Pattern HEADER =
            Pattern.compile(
                    "\\{\\s*'descr':\\s*'([^']{1,16})',\\s*'fortran_order':\\s*(True|False),"
                            + "\\s*'shape':\\s*\\((\\d{1,18}),(?:\\s*(\\d{1,18}),?)?\\s*\\),?\\s*}\\s*");

    private final FileChannel channel;
    private final String type;
    private final long rows;
    private final long columns;
    private final int dimensions;
    private final ByteBuffer buffer;

    private NumpyArray(FileChannel channel, Path path, Matcher header, long start)
            throws IOException {
        this.channel = channel;
        this.type = header.group(1);
        this.rows = Long.parseLong(header.group(3));
        this.dimensions = header.group(4) == null ? 1 : 2;
        this.columns = dimensions == 1 ? 1 : Long.parseLong(header.group(4));
        Integer bytes = TYPE_BYTES.get(type);
        if (bytes == null) {
            throw invalid(path + " descr", type, "must be one of " + TYPE_BYTES.keySet());
        }
        if (header.group(2).equals("True") && dimensions == 2) {
            throw invalid(path + " fortran_order", "True", "rows must come first");
        }
        long values = Math.multiplyExact(Math.multiplyExact(rows, columns), (long) bytes);
        if (channel.size() - start != values) {
            throw corrupt(
                    path
                            + ": holds "
                            + (channel.size() - start)
                            + " bytes of values, its shape needs "
                            + values);
        }
        this.buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        channel.position(start);
    }

    static NumpyArray open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path);
        try {
            ByteBuffer prefix = read(channel, 0, PREFIX_BYTES);
            int version = prefix.get(6);
            if (prefix.getLong(0) << 16 != 0x59504d554e930000L || version < 1 || version > 3) {
                throw corrupt(path + ": not a NumPy file of version 1 to 3");
            }
            int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
            ByteBuffer stored = read(channel, PREFIX_BYTES, lengthBytes);
            int length = version == 1 ? stored.getShort(0) & 0xFFFF : stored.getInt(0);
            if (length < 0 || length > HEADER_BYTES_MAX) {
                throw corrupt(path + ": header of " + length + " bytes");
            }
            int start = PREFIX_BYTES + lengthBytes;
            byte[] text = read(channel, start, length).array();
            Matcher header = HEADER.matcher(new String(text, StandardCharsets.UTF_8));
            if (!header.matches()) {
                throw corrupt(
                        path + ": header does not describe an array of one or two dimensions");
            }
            return new NumpyArray(channel, path, header, start + (long) length);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes)
            throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position()) < 0) {
                throw new EOFException("ends within its header");
            }
        }
        return into;
    }

    String type() {
        return type;
    }

    boolean isFloating() {
        return type.charAt(1) == 'f';
    }

    int dimensions() {
        return dimensions;
    }

    long rows() {
        return rows;
    }

    long columns() {
        return columns;
    }

    float nextFloat() throws IOException {
        return switch (type) {
            case "<f2" -> Float.float16ToFloat(have(Short.BYTES).getShort());
            case "<f4" -> have(Float.BYTES).getFloat();
            default -> (float) have(Double.BYTES).getDouble();
        };
    }

    long nextLong() throws IOException {
        return switch (type) {
            case "<i2" -> have(Short.BYTES).getShort();
            case "<u2" -> have(Short.BYTES).getShort() & 0xFFFF;
            case "<i4" -> have(Integer.BYTES).getInt();
            case "<u4" -> have(Integer.BYTES).getInt() & 0xFFFF_FFFFL;
            default -> have(Long.BYTES).getLong();
        };
    }

    private ByteBuffer have(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("ends within its values");
                }
            }
            buffer.flip();
        }
        return buffer;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
