package dev.mobula.retrieval.vectors;

import static dev.mobula.retrieval.RetrievalException.invalid;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.mobula.retrieval.RetrievalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * NumPy's format, versions 1 to 3: "\x93NUMPY", two bytes of version, the length of a header (2 or 4 bytes), and the
 * header, a Python dictionary with descr, fortran_order and shape. Then the values, row by row.
 */

/// A NumPy file of float32 vectors, one per row, opened for reading row by row.
public final class NpyFile implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int HEADER_BYTES_MAX = 1 << 16;
    private static final int PREFIX_BYTES = 12;
    private static final int ROWS_BYTES = 1 << 20;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE =
            Pattern.compile("'shape'\\s*:\\s*\\(\\s*(\\d{1,10})\\s*,\\s*(\\d{1,9})\\s*,?\\s*\\)");

    private final Path file;
    private final FileChannel channel;
    private final int count;
    private final int dimension;
    private final ByteBuffer buffer;

    private NpyFile(Path file, FileChannel channel, int count, int dimension) {
        this.file = file;
        this.channel = channel;
        this.count = count;
        this.dimension = dimension;
        int rowBytes = 4 * dimension;
        buffer =
                ByteBuffer.allocate(Math.max(1, ROWS_BYTES / rowBytes) * rowBytes)
                        .order(LITTLE_ENDIAN)
                        .limit(0);
    }

    /// Opens a file of little-endian float32 with two axes; anything else is refused with what it is.
    public static NpyFile open(Path file) {
        FileChannel channel = null;
        boolean opened = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            NpyFile open = parsed(file, channel);
            opened = true;
            return open;
        } catch (IOException failure) {
            throw failed(file, failure);
        } finally {
            if (!opened && channel != null) {
                closeChannel(file, channel);
            }
        }
    }

    public int count() {
        return count;
    }

    public int dimension() {
        return dimension;
    }

    /// Reads the next row; called once for each.
    public void next(float[] into) {
        if (!buffer.hasRemaining()) {
            fill();
        }
        for (int i = 0; i < dimension; i++) {
            into[i] = buffer.getFloat();
        }
    }

    @Override
    public void close() {
        closeChannel(file, channel);
    }

    private void fill() {
        buffer.clear();
        try {
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer);
            }
        } catch (IOException failure) {
            throw failed(file, failure);
        }
        buffer.flip();
        if (buffer.limit() < 4 * dimension) {
            throw invalid(file.toString(), "truncated", "must hold " + count + " rows");
        }
        buffer.limit(buffer.limit() - buffer.limit() % (4 * dimension));
    }

    private static NpyFile parsed(Path file, FileChannel channel) throws IOException {
        ByteBuffer prefix = read(file, channel, PREFIX_BYTES);
        for (int i = 0; i < MAGIC.length; i++) {
            if (prefix.get(i) != MAGIC[i]) {
                throw invalid(file.toString(), "not NumPy", "must begin with \\x93NUMPY");
            }
        }
        int version = prefix.get(6);
        long headerBytes =
                version == 1 ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffffffffL;
        int headerAt = version == 1 ? 10 : 12;
        if (version < 1 || version > 3 || headerBytes > HEADER_BYTES_MAX) {
            throw invalid(
                    file.toString(),
                    "version " + version + " with a header of " + headerBytes + " bytes",
                    "must be version 1 to 3 with at most " + HEADER_BYTES_MAX);
        }
        channel.position(headerAt);
        ByteBuffer bytes = read(file, channel, (int) headerBytes);
        String header = StandardCharsets.ISO_8859_1.decode(bytes).toString();
        String kind = matched(file, header, DESCR).group(1);
        String fortran = matched(file, header, ORDER).group(1);
        if (!kind.equals("<f4") || fortran.equals("True")) {
            throw invalid(
                    file.toString(),
                    kind + (fortran.equals("True") ? " in Fortran order" : ""),
                    "must be <f4 (little-endian float32) in C order");
        }
        Matcher shape = matched(file, header, SHAPE);
        long rows = Long.parseLong(shape.group(1));
        int columns = new RowLayout(Integer.parseInt(shape.group(2))).dimension();
        long expected = headerAt + headerBytes + 4 * rows * columns;
        if (rows > Integer.MAX_VALUE || channel.size() != expected) {
            throw invalid(
                    file.toString(),
                    channel.size() + " bytes",
                    "must be " + expected + " for " + rows + " x " + columns);
        }
        return new NpyFile(file, channel, (int) rows, columns);
    }

    private static Matcher matched(Path file, String header, Pattern pattern) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw invalid(
                    file.toString(), header.strip(), "must name descr, fortran_order and two axes");
        }
        return matcher;
    }

    private static ByteBuffer read(Path file, FileChannel channel, int bytes) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes).order(LITTLE_ENDIAN);
        while (read.hasRemaining()) {
            if (channel.read(read) < 0) {
                throw invalid(file.toString(), channel.size() + " bytes", "ends within its header");
            }
        }
        return read.flip();
    }

    private static void closeChannel(Path file, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            throw failed(file, failure);
        }
    }

    private static RetrievalException failed(Path file, IOException failure) {
        return new RetrievalException(
                RetrievalException.Code.IO, file + " cannot be read: " + failure, failure);
    }
}
