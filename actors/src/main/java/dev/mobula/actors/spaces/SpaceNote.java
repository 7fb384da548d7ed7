package dev.mobula.actors.spaces;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which space a model's bundle searches, as a file `space.json` beside the model.
///
/// @param name the space as item shards know it
/// @param encoder the folder of the encoder that makes users' vectors, which every gateway must see
public record SpaceNote(String name, String encoder) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FILE = "space.json";

    /// The note in a model's folder; empty for a bundle that searches the vectors that items are stored with.
    public static Optional<SpaceNote> read(Path model) throws IOException {
        Path file = model.resolve(FILE);
        return Files.exists(file)
                ? Optional.of(JSON.readValue(Files.readString(file), SpaceNote.class))
                : Optional.empty();
    }

    /// Puts the note into a model's folder.
    public void write(Path model) throws IOException {
        Files.writeString(model.resolve(FILE), JSON.writeValueAsString(this));
    }
}
