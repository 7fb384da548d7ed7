package dev.mobula.cluster.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Lines of JSON, each one row as the operation takes it; compressed when the name ends in `.gz`.
final class JsonLineSource implements LoadSource {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final long bytes;
    private final CountedStream counted;
    private final BufferedReader lines;
    private long number;

    private JsonLineSource(Path file, long bytes, CountedStream counted, BufferedReader lines) {
        this.file = file;
        this.bytes = bytes;
        this.counted = counted;
        this.lines = lines;
    }

    static JsonLineSource open(Path file) throws IOException {
        CountedStream counted = new CountedStream(Files.newInputStream(file));
        InputStream plain =
                file.toString().endsWith(".gz") ? new GZIPInputStream(counted) : counted;
        return new JsonLineSource(
                file,
                Files.size(file),
                counted,
                new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8)));
    }

    @Override
    public boolean next(List<Row> rows, int max) throws IOException {
        int before = rows.size();
        while (rows.size() - before < max) {
            String line = lines.readLine();
            if (line == null) {
                break;
            }
            number++;
            if (!line.isBlank()) {
                rows.add(new Row(number, row(line)));
            }
        }
        return rows.size() > before;
    }

    private ObjectNode row(String line) throws IOException {
        try {
            if (JSON.readTree(line) instanceof ObjectNode object) {
                return object;
            }
            throw new IOException(file + ":" + number + ": a line must be a JSON object");
        } catch (JsonProcessingException bad) {
            throw new IOException(
                    file + ":" + number + ": is not JSON: " + bad.getOriginalMessage(), bad);
        }
    }

    @Override
    public double done() {
        return bytes == 0 ? 1 : (double) counted.read / bytes;
    }

    @Override
    public long unreadable() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private static final class CountedStream extends FilterInputStream {
        private long read;

        CountedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            read += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int count = super.read(into, from, length);
            read += Math.max(0, count);
            return count;
        }
    }
}
