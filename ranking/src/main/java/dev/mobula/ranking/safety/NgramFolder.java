package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.model.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An n-gram model on disk: `safety.json` (heads, biases, operating points), `ngrams.f32` (the table, little-endian),
/// `calibrators.json`, and the digests of all in `SHA256SUMS`, written last.
public final class NgramFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DESCRIPTION = "safety.json";

    /// What a bundle calls its part that holds such a folder.
    public static final String PART = "ngrams";

    private static final String TABLE = "ngrams.f32";
    private static final String CALIBRATORS = "calibrators.json";
    private static final List<String> FILES = List.of(DESCRIPTION, TABLE, CALIBRATORS);

    private NgramFolder() {}

    private record Description(
            String version,
            List<String> heads,
            int bits,
            List<Double> biases,
            Map<String, OperatingPoint> points) {}

    public static void save(Path folder, NgramModel model) throws IOException {
        Files.createDirectories(folder);
        ByteBuffer bytes =
                ByteBuffer.allocate(model.table().length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(model.table());
        try (FileChannel out =
                FileChannel.open(
                        folder.resolve(TABLE),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Description description =
                new Description(
                        model.version(),
                        model.heads(),
                        model.bits(),
                        Arrays.stream(model.biases()).boxed().toList(),
                        new TreeMap<>(model.points()));
        Files.writeString(folder.resolve(DESCRIPTION), JSON.writeValueAsString(description));
        Files.writeString(folder.resolve(CALIBRATORS), model.calibrators().toJson());
        Digests.write(folder, FILES);
    }

    /// Reads what [#save] wrote, or refuses naming the file that is damaged.
    public static NgramModel load(Path folder) throws IOException {
        Digests.verify(folder, FILES);
        Description description = describe(Files.readString(folder.resolve(DESCRIPTION)));
        FloatBuffer floats =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve(TABLE)))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[] table = new float[floats.remaining()];
        floats.get(table);
        for (int i = 0; i < table.length; i++) {
            if (!Float.isFinite(table[i])) {
                throw new RankingException(
                        Code.INVALID_WEIGHTS, folder + ": number " + i + " is " + table[i]);
            }
        }
        return new NgramModel(
                description.version(),
                description.heads(),
                description.bits(),
                table,
                description.biases().stream().mapToDouble(Double::doubleValue).toArray(),
                Calibrators.parse(Files.readString(folder.resolve(CALIBRATORS))),
                description.points());
    }

    private static Description describe(String json) {
        try {
            return JSON.readValue(json, Description.class);
        } catch (JsonProcessingException cause) {
            throw new RankingException(
                    Code.CORRUPT_FILE, DESCRIPTION + ": " + cause.getOriginalMessage(), cause);
        }
    }
}
