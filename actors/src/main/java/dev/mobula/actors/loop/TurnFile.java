package dev.mobula.actors.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.runtime.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The last turn on disk, so that a loop that was killed goes on where it was.
final class TurnFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final AtomicFile file;

    TurnFile(Path folder) {
        try {
            file = new AtomicFile(Files.createDirectories(folder).resolve("turn"));
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    Optional<Turn> read() {
        try {
            Optional<String> text = file.read();
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(JSON.readValue(text.get(), Turn.class));
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    Turn write(Turn turn) {
        try {
            file.write(JSON.writeValueAsString(turn));
            return turn;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a turn has JSON", impossible);
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }
}
