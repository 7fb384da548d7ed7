package dev.mobula.training.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which bundle is promoted, which ones were before it, and who moved the pointer when.
///
/// @param stack ids from the oldest that can be rolled back to, to the promoted one
/// @param history all moves, the newest last, as far back as is kept
public record Promotions(List<String> stack, List<Move> history) {
    /// How many bundles can be rolled back to.
    public static final int DEPTH = 8;

    static final String FILE = "promoted";

    private static final int HISTORY_MAX = 1_000;
    private static final JsonMapper JSON = new JsonMapper();

    public Promotions {
        stack = List.copyOf(stack);
        history = List.copyOf(history);
    }

    /// What a move did.
    public enum Action {
        PROMOTE,
        ROLLBACK
    }

    /// One move of the pointer.
    ///
    /// @param note the reasons that were overridden, or what the caller said
    public record Move(String atUtc, Action action, String id, String note) {}

    public Optional<String> promoted() {
        return stack.isEmpty() ? Optional.empty() : Optional.of(stack.getLast());
    }

    Promotions promote(String id, String atUtc, String note) {
        List<String> next = new ArrayList<>(stack);
        next.remove(id);
        next.add(id);
        while (next.size() > DEPTH + 1) {
            next.removeFirst();
        }
        return new Promotions(next, with(new Move(atUtc, Action.PROMOTE, id, note)));
    }

    Promotions rollback(String atUtc, String note) {
        if (stack.size() < 2) {
            throw new TrainingException(
                    Code.NOT_FOUND, "no bundle was promoted before " + promoted().orElse("any"));
        }
        List<String> next = stack.subList(0, stack.size() - 1);
        return new Promotions(next, with(new Move(atUtc, Action.ROLLBACK, next.getLast(), note)));
    }

    private List<Move> with(Move move) {
        List<Move> all = new ArrayList<>(history);
        all.add(move);
        return all.subList(Math.max(0, all.size() - HISTORY_MAX), all.size());
    }

    /// Reads the pointer's file: a line of JSON and a line with its digest.
    static Promotions read(Path file) {
        try {
            String[] lines = Files.readString(file).split("\n", -1);
            if (lines.length != 3 || !lines[1].equals(digest(lines[0])) || !lines[2].isEmpty()) {
                throw new TrainingException(Code.CORRUPT, file + " is damaged");
            }
            return JSON.readValue(lines[0], Promotions.class);
        } catch (NoSuchFileException e) {
            return new Promotions(List.of(), List.of());
        } catch (JsonProcessingException e) {
            throw new TrainingException(Code.CORRUPT, file + " is damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    void write(Path file) {
        try {
            String line = JSON.writeValueAsString(this);
            DurableFile.write(
                    file, (line + "\n" + digest(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of ids has JSON", e);
        }
    }

    private static String digest(String line) {
        return DurableFile.sha256(line.getBytes(StandardCharsets.UTF_8));
    }
}
