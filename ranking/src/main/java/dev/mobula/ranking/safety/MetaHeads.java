package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Meta-models by head, each with the score from which it acts, in a small file beside the model of text whose scores they
/// weigh.
public record MetaHeads(Map<String, Head> heads) {
    /// The name under which the model of text is an input.
    public static final String TEXT = "text";

    /// Texts are judged alone.
    public static final MetaHeads NONE = new MetaHeads(Map.of());

    private static final JsonMapper JSON = new JsonMapper();
    private static final String FILE = "together.json";

    /// One head's model over all judges.
    public record Head(MetaModel model, OperatingPoint point) {}

    public MetaHeads {
        heads = Map.copyOf(heads);
    }

    public void save(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this));
    }

    /// Reads what [#save] wrote; none where there is no such file.
    public static MetaHeads load(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return NONE;
        }
        try {
            return JSON.readValue(Files.readString(file), MetaHeads.class);
        } catch (JsonProcessingException bad) {
            throw new RankingException(
                    Code.CORRUPT_FILE, file + ": " + bad.getOriginalMessage(), bad);
        }
    }
}
