package dev.mobula.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.durable.FolderLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder of one run: `description.yaml`, `run.json`, `metrics.jsonl`, `checkpoints/`, `report.html`.
public final class RunFolder {
    /// The description as it was given.
    public static final String DESCRIPTION = "description.yaml";

    private static final String RECORD = "run.json";
    private static final String REPORT = "report.html";
    private static final String CHECKPOINTS = "checkpoints";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    private final Path path;

    public RunFolder(Path path) {
        if (!ID.matcher(String.valueOf(path.getFileName())).matches()) {
            throw TrainingException.invalid(
                    "run",
                    path.getFileName(),
                    "must be letters, digits, dots, dashes, underscores");
        }
        this.path = path;
    }

    /// All runs below a folder, the newest first.
    public static List<RunRecord> list(Path runs) {
        List<RunRecord> found = new ArrayList<>();
        if (!Files.isDirectory(runs)) {
            return found;
        }
        try (Stream<Path> folders = Files.list(runs)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                new RunFolder(folder).record().ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, runs + ": " + e, e);
        }
        found.sort(
                Comparator.comparing(RunRecord::startedAtUtc)
                        .reversed()
                        .thenComparing(RunRecord::id));
        return found;
    }

    public Path path() {
        return path;
    }

    public Path checkpoints() {
        return path.resolve(CHECKPOINTS);
    }

    public Path report() {
        return path.resolve(REPORT);
    }

    /// What is known of the run; nothing when it never began.
    public Optional<RunRecord> record() {
        Path file = path.resolve(RECORD);
        try {
            return Optional.of(JSON.readValue(Files.readString(file), RunRecord.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new TrainingException(
                    Code.CORRUPT, file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    /// The record, or a refusal.
    public RunRecord require() {
        return record().orElseThrow(
                        () -> new TrainingException(Code.NOT_FOUND, path + ": no such run"));
    }

    void write(RunRecord record) {
        try {
            DurableFile.write(
                    path.resolve(RECORD),
                    JSON.writeValueAsString(record).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts and numbers has JSON", e);
        }
    }

    void describe(String text) {
        DurableFile.write(path.resolve(DESCRIPTION), text.getBytes(StandardCharsets.UTF_8));
    }

    /// The description that the run was begun with.
    public String descriptionText() {
        Path file = path.resolve(DESCRIPTION);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    /// Takes the folder for one run; a second one is refused with `BUSY`.
    FolderLock hold() {
        return FolderLock.hold(path);
    }

    /// Whether a process is at work in it.
    public boolean isHeld() {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (FolderLock _ = FolderLock.hold(path)) {
            return false;
        } catch (TrainingException e) {
            if (e.code() == Code.BUSY) {
                return true;
            }
            throw e;
        }
    }
}
