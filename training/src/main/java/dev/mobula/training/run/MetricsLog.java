package dev.mobula.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/*
 * Every step is recorded up to step 8192; after that every second up to 16384, every fourth up to 32768 and so on, so a
 * run of n steps leaves at most 8192 + 4096 log2(n / 8192) of them. Whether a step is recorded depends on its number
 * alone: a run that was broken off and resumed leaves the same records as one that was not.
 */
/// The metrics of a run by step: one JSON object a line, appended; a torn last line is nothing.
public final class MetricsLog implements AutoCloseable {
    static final String FILE = "metrics.jsonl";

    private static final int DENSE_STEPS = 1 << 13;
    private static final int EVALUATIONS_MAX = 100_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private FileChannel channel;
    private int evaluations;

    /// Values of one step.
    ///
    /// @param seconds since the run's first start
    /// @param evaluated whether these are of an evaluation
    public record Entry(int step, double seconds, boolean evaluated, Map<String, Double> values) {
        public Entry {
            values = Map.copyOf(values);
        }
    }

    private MetricsLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Goes on after a step: what was recorded of later ones is forgotten, for they will come again.
    static MetricsLog open(Path folder, int afterStep) {
        Path file = folder.resolve(FILE);
        int evaluations = keep(folder, afterStep);
        MetricsLog log = new MetricsLog(file, append(file));
        log.evaluations = evaluations;
        return log;
    }

    /// Forgets what was recorded of steps after this one, for they will come again.
    void forgetAfter(int step) {
        close();
        evaluations = keep(file.resolveSibling(""), step);
        channel = append(file);
    }

    /// Rewrites the file up to a step; how many evaluations are left.
    private static int keep(Path folder, int afterStep) {
        StringBuilder kept = new StringBuilder();
        int evaluations = 0;
        for (Entry entry : read(folder)) {
            if (entry.step() <= afterStep) {
                kept.append(line(entry));
                evaluations += entry.evaluated() ? 1 : 0;
            }
        }
        DurableFile.write(folder.resolve(FILE), kept.toString().getBytes(StandardCharsets.UTF_8));
        return evaluations;
    }

    private static FileChannel append(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    /// Whether a step is recorded.
    static boolean isRecorded(int step) {
        int stride = 1;
        for (long end = DENSE_STEPS; step > end; end *= 2) {
            stride *= 2;
        }
        return step % stride == 0;
    }

    /// Appends values that are finite; those of steps in between are left out.
    void add(Entry entry) {
        if (entry.evaluated() ? ++evaluations > EVALUATIONS_MAX : !isRecorded(entry.step())) {
            return;
        }
        try {
            DurableFile.writeFully(
                    channel, ByteBuffer.wrap(line(entry).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    private static String line(Entry entry) {
        Map<String, Double> finite = new TreeMap<>(entry.values());
        finite.values().removeIf(value -> !Double.isFinite(value));
        try {
            return JSON.writeValueAsString(
                            new Entry(entry.step(), entry.seconds(), entry.evaluated(), finite))
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers have JSON", e);
        }
    }

    void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    /// All records of a run's folder, in order.
    public static List<Entry> read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            List<Entry> entries = new ArrayList<>();
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
                if (!line.isEmpty()) {
                    entries.add(JSON.readValue(line, Entry.class));
                }
            }
            return entries;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (JsonProcessingException e) {
            throw new TrainingException(
                    Code.CORRUPT, file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }
}
