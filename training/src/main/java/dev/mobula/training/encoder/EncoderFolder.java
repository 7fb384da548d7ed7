package dev.mobula.training.encoder;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mobula.ranking.model.Safetensors;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An encoder in a folder: `encoder.json` with its kind and shape, `items.json` with the ids of the rows of its item
/// vectors, `weights.safetensors`, and `people.json` where people have vectors of their own.
public final class EncoderFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DESCRIPTION = "encoder.json";
    private static final String ITEMS = "items.json";
    private static final String PEOPLE = "people.json";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String KIND = "kind";
    private static final String SHAPE = "shape";

    private final Path folder;

    public EncoderFolder(Path folder) {
        this.folder = folder;
    }

    /// Writes an encoder.
    ///
    /// @param shape a record of plain values, which [#shape] reads again
    public void save(String kind, Object shape, List<String> items, Weights weights)
            throws IOException {
        Files.createDirectories(folder);
        ObjectNode description = JSON.createObjectNode();
        description.put(KIND, kind).set(SHAPE, JSON.valueToTree(shape));
        Files.writeString(folder.resolve(DESCRIPTION), JSON.writeValueAsString(description));
        Files.writeString(folder.resolve(ITEMS), JSON.writeValueAsString(items));
        Safetensors.save(weights, folder.resolve(WEIGHTS));
    }

    /// Adds the ids of people, in the order of their vectors.
    public void savePeople(List<String> people) throws IOException {
        Files.writeString(folder.resolve(PEOPLE), JSON.writeValueAsString(people));
    }

    /// What makes the vectors, as in descriptions of runs.
    public String kind() throws IOException {
        return description().path(KIND).asText();
    }

    /// The shape, or a refusal when the folder holds another kind.
    public <T> T shape(String kind, Class<T> type) throws IOException {
        if (!kind().equals(kind)) {
            throw new TrainingException(
                    Code.MISMATCH, folder + ": kind=" + kind() + ", wanted is " + kind);
        }
        return JSON.treeToValue(description().path(SHAPE), type);
    }

    private JsonNode description() throws IOException {
        return JSON.readTree(Files.readString(folder.resolve(DESCRIPTION)));
    }

    /// Ids of the items, in the order of their vectors.
    public List<String> items() throws IOException {
        return ids(ITEMS);
    }

    /// Ids of the people, in the order of their vectors; a refusal where they have none.
    public List<String> people() throws IOException {
        return ids(PEOPLE);
    }

    private List<String> ids(String file) throws IOException {
        return JSON.readValue(
                Files.readString(folder.resolve(file)), new TypeReference<List<String>>() {});
    }

    public Weights weights() throws IOException {
        return Safetensors.load(folder.resolve(WEIGHTS));
    }
}
