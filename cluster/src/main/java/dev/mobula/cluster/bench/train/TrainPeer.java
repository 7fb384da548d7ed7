package dev.mobula.cluster.bench.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.ParameterLayout.Slice;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.table.LocalTables;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// PyTorch training the same models from the same start on the same batches, in a process that measures on demand.
final class TrainPeer implements AutoCloseable {
    static final List<String> PACKAGES = List.of("numpy", "torch");

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCRIPT = "train_peer.py";

    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final Path folder;
    private final JsonNode greeting;

    private TrainPeer(Process process, Path folder) throws IOException {
        this.process = process;
        this.folder = folder;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.greeting = answer();
    }

    /// Writes what both train and starts the peer.
    static TrainPeer open(PythonPeers tools, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (BenchModel.Kind kind : BenchModel.Kind.values()) {
            write(new BenchModel(kind, Engine.VECTOR, () -> true), folder);
        }
        Process process =
                new ProcessBuilder(
                                tools.python().toString(),
                                tools.script(SCRIPT, folder).toString(),
                                folder.toString())
                        .redirectError(folder.resolve("peer.log").toFile())
                        .start();
        return new TrainPeer(process, folder);
    }

    private static void write(BenchModel model, Path folder) throws IOException {
        String name = model.kind().label();
        ProgramSpec spec = model.spec(Share.ALL);
        Map<String, Object> slices = new LinkedHashMap<>();
        for (Slice slice : spec.parameters().slices()) {
            slices.put(slice.name(), List.of(slice.offset(), slice.shape()));
        }
        Map<String, Object> description =
                Map.of(
                        "rows",
                        BenchModel.ROWS,
                        "rate",
                        BenchModel.RATE,
                        "widths",
                        spec.tables().stream().map(table -> table.width()).toList(),
                        "lookups",
                        spec.lookups().stream().map(it -> it.perRow()).toList(),
                        "columns",
                        columns(spec),
                        "slices",
                        slices);
        Files.writeString(folder.resolve(name + ".json"), JSON.writeValueAsString(description));
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (long) spec.parameters().size() * Float.BYTES;
            MemorySegment flat = arena.allocate(bytes, 64);
            spec.parameters().initialize(flat, Stepper.SEED);
            Files.write(folder.resolve(name + ".flat"), flat.toArray(ValueLayout.JAVA_BYTE));
        }
        writeTables(model, spec, folder);
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve(name + ".batches"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (int i = 0; i < BenchModel.BATCHES; i++) {
                file.write(bytes(spec, model.batch(spec, i)));
            }
        }
    }

    /// The peer wants a ranker's labels as one matrix.
    private static List<Integer> columns(ProgramSpec spec) {
        boolean isRanker = spec.tables().size() == 1;
        return isRanker
                ? List.of(spec.columns().getFirst().perRow(), spec.columns().size() - 1)
                : spec.columns().stream().map(column -> column.perRow()).toList();
    }

    private static void writeTables(BenchModel model, ProgramSpec spec, Path folder)
            throws IOException {
        try (LocalTables tables =
                new LocalTables(spec.tables(), Stepper.SEED, StepKernels.ofThisMachine())) {
            for (int t = 0; t < spec.tables().size(); t++) {
                long[] keys = new long[BenchModel.keys(model.kind(), t)];
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = i + 2L;
                }
                float[] rows = new float[keys.length * spec.tables().get(t).width()];
                tables.read(t, keys, rows);
                ByteBuffer bytes = allocate(rows.length * Float.BYTES);
                bytes.asFloatBuffer().put(rows);
                write(folder.resolve(model.kind().label() + ".table" + t), bytes);
            }
        }
    }

    private static void write(Path path, ByteBuffer bytes) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer bytes(ProgramSpec spec, Batch batch) {
        int keys = spec.lookups().stream().mapToInt(it -> it.perRow()).sum();
        int numbers = spec.columns().stream().mapToInt(it -> it.perRow()).sum();
        ByteBuffer out = allocate(BenchModel.ROWS * (keys * Long.BYTES + numbers * Float.BYTES));
        for (int i = 0; i < spec.lookups().size(); i++) {
            for (long key : batch.keys(i)) {
                out.putLong(key);
            }
        }
        boolean isRanker = spec.tables().size() == 1;
        for (int i = 0; i < (isRanker ? 1 : spec.columns().size()); i++) {
            for (float value : batch.column(i)) {
                out.putFloat(value);
            }
        }
        if (isRanker) {
            for (int row = 0; row < BenchModel.ROWS; row++) {
                for (int i = 1; i < spec.columns().size(); i++) {
                    out.putFloat(batch.column(i)[row]);
                }
            }
        }
        return out.flip();
    }

    Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        PACKAGES.forEach(name -> versions.put(name, greeting.path(name).asText()));
        return versions;
    }

    /// Steps for so long.
    Round measure(BenchModel.Kind kind, String variant, double seconds) throws IOException {
        JsonNode answer = ask(kind, variant, seconds);
        return new Round(
                answer.path("p10").asDouble(Double.NaN),
                answer.path("cpu").asDouble(Double.NaN),
                answer.path("runs").asInt());
    }

    /// The losses of the first steps.
    List<Double> losses(BenchModel.Kind kind, double seconds) throws IOException {
        List<Double> losses = new ArrayList<>();
        ask(kind, "default", seconds).path("losses").forEach(loss -> losses.add(loss.asDouble()));
        return losses;
    }

    private JsonNode ask(BenchModel.Kind kind, String variant, double seconds) throws IOException {
        requests.write(kind.label() + " " + variant + " " + seconds + "\n");
        requests.flush();
        return answer();
    }

    private JsonNode answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the peer's process ended; see " + folder.resolve("peer.log"));
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }
}
