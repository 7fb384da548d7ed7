package dev.mobula.ranking.model.torch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// A TorchScript archive that Python saved, used as a ranker.
///
/// Its `forward(x)` takes a model's input and gives one score per head. It says which schema it was made for in an
/// extra file, written with `torch.jit.save(m, path, _extra_files={"mobula.json": '{"schema": "<fingerprint>",
/// "heads": ["click"]}'})`. Its embedding tables come beside it as safetensors.
public final class ImportedArchive {
    /// Name of the extra file.
    public static final String EXTRA = "mobula.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int HEADS_MAX = 256;
    private static final int EXTRA_BYTES_MAX = 1 << 20;

    private ImportedArchive() {}

    /// Loads the archive, or refuses naming what does not fit the schema. The ranker is to be closed.
    public static Ranker load(String version, Path archive, FeatureLayout layout, Weights tables)
            throws IOException {
        List<String> heads = headsOf(version, archive, layout);
        RankingModel model = RankingModel.ofArchive(version, layout, heads, tables);
        Scorer scorer =
                TorchScorer.ofArchive(Files.readAllBytes(archive), layout.width(), heads.size());
        try {
            probe(version, scorer, layout);
            return new Ranker(model, scorer);
        } catch (RankingException refusal) {
            scorer.close();
            throw refusal;
        }
    }

    private static List<String> headsOf(String version, Path archive, FeatureLayout layout)
            throws IOException {
        JsonNode extra = extra(version, archive);
        String schema = extra.path("schema").asText();
        if (!schema.equals(layout.fingerprint())) {
            throw new RankingException(
                    Code.MISMATCH,
                    "archive '%s' is for schema '%s', schema '%s' is '%s'"
                            .formatted(
                                    version, schema, layout.schema().name(), layout.fingerprint()));
        }
        List<String> heads = new ArrayList<>();
        extra.path("heads").forEach(head -> heads.add(head.asText()));
        if (heads.isEmpty()
                || heads.size() > HEADS_MAX
                || heads.stream().distinct().count() < heads.size()) {
            throw new RankingException(
                    Code.CORRUPT_FILE, "archive '" + version + "' names heads " + heads);
        }
        return heads;
    }

    /// Read by the zip's directory: PyTorch stores entries in a way that cannot be read from front to back.
    private static JsonNode extra(String version, Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry extra =
                    zip.stream()
                            .filter(entry -> entry.getName().endsWith("/extra/" + EXTRA))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new RankingException(
                                                    Code.CORRUPT_FILE,
                                                    "archive '%s' has no extra file %s"
                                                            .formatted(version, EXTRA)));
            return JSON.readTree(zip.getInputStream(extra).readNBytes(EXTRA_BYTES_MAX));
        } catch (ZipException | JsonProcessingException cause) {
            throw new RankingException(
                    Code.CORRUPT_FILE,
                    "archive '" + version + "' does not read: " + cause.getMessage(),
                    cause);
        }
    }

    /// One run on zeros: the shape is checked by the engine, the values here.
    private static void probe(String version, Scorer scorer, FeatureLayout layout) {
        ModelInput zeros = new ModelInput(1, layout.width(), layout.sharedWidth());
        zeros.setRows(1);
        float[] scores = new float[scorer.outputs()];
        try (Scorer.Session session = scorer.open()) {
            session.score(zeros, scores);
        }
        for (float score : scores) {
            if (!Float.isFinite(score)) {
                throw new RankingException(
                        Code.INVALID_WEIGHTS, "archive '" + version + "' scores zeros as " + score);
            }
        }
    }
}
