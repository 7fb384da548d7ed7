package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// A text file read line by line, gzip or plain, whichever its first bytes say.
final class TextFile implements AutoCloseable {
    private static final int LINE_BYTES_MAX = 16 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path path;
    private final CountedStream counted;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private byte[] text = new byte[256];
    private int position;
    private int limit;
    private long line;

    private TextFile(Path path, CountedStream counted) throws IOException {
        this.path = path;
        this.counted = counted;
        this.in = unpacked(new BufferedInputStream(counted, BUFFER_BYTES));
    }

    /// Counts what is read of the file itself.
    private static final class CountedStream extends FilterInputStream {
        private final long size;
        private long read;

        CountedStream(Path path) throws IOException {
            super(Files.newInputStream(path));
            size = Files.size(path);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            read += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = super.read(bytes, from, length);
            read += Math.max(0, count);
            return count;
        }
    }

    static TextFile open(Path path) {
        try {
            CountedStream raw = new CountedStream(path);
            try {
                return new TextFile(path, raw);
            } catch (IOException e) {
                raw.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new TrainingException(Code.NOT_FOUND, path + ": no such file", e);
        } catch (EOFException | ZipException e) {
            throw new TrainingException(
                    Code.BAD_DATA, path + ": not valid gzip: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        raw.mark(2);
        boolean gzip = raw.read() == 0x1F && raw.read() == 0x8B;
        raw.reset();
        return gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
    }

    Path path() {
        return path;
    }

    /// The share of the file's bytes that was read.
    OptionalDouble done() {
        return OptionalDouble.of((double) counted.read / Math.max(1, counted.size));
    }

    /// The number of the line last read, from 1.
    long line() {
        return line;
    }

    /// The next line without its end, or null after the last.
    @Nullable String next() {
        int length = 0;
        boolean any = false;
        while (fill()) {
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            length = append(length, end);
            if (end < limit) {
                position = end + 1;
                break;
            }
            position = end;
        }
        if (!any) {
            return null;
        }
        line++;
        int kept = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
        return new String(text, 0, kept, StandardCharsets.UTF_8);
    }

    private int append(int length, int end) {
        int more = end - position;
        if (length + more > LINE_BYTES_MAX) {
            throw bad("line longer than " + LINE_BYTES_MAX + " bytes");
        }
        if (length + more > text.length) {
            text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
        }
        System.arraycopy(buffer, position, text, length, more);
        return length + more;
    }

    private boolean fill() {
        if (position < limit) {
            return true;
        }
        try {
            limit = in.read(buffer, 0, BUFFER_BYTES);
            position = 0;
            return limit > 0;
        } catch (EOFException e) {
            throw bad("the compressed file ends early");
        } catch (ZipException e) {
            throw bad("not valid gzip: " + e.getMessage());
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
    }

    private TrainingException bad(String why) {
        return new TrainingException(Code.BAD_DATA, path + ":" + (line + 1) + ": " + why);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": close: " + e, e);
        }
    }
}
