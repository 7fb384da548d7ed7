package dev.mobula.cluster.evaluate.safety;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.safety.LabelledTexts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// The public sets of texts, as found.
record PublicTexts(Path folder) {
    private static final JsonMapper JSON = new JsonMapper();

    /// One part of a TweetEval task: a text a line beside a class a line.
    Optional<LabelledTexts> tweetEval(String task, String part) {
        Path texts = folder.resolve("tweeteval").resolve(task + "_" + part + "_text.txt.gz");
        Path labels = folder.resolve("tweeteval").resolve(task + "_" + part + "_labels.txt.gz");
        if (!Files.exists(texts) || !Files.exists(labels)) {
            return Optional.empty();
        }
        return Optional.of(LabelledTexts.of(lines(texts), lines(labels)));
    }

    Optional<LabelledTexts> davidson() {
        Path file = folder.resolve("davidson.csv.gz");
        return Files.exists(file)
                ? Optional.of(LabelledTexts.read(file, "tweet", "class", new Rejects(0)))
                : Optional.empty();
    }

    Optional<LabelledTexts> prompts(String name) {
        Path file = folder.resolve(name + ".json.gz");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (JsonNode row : rows(file)) {
            texts.add(row.path("prompt").asText());
            labels.add(row.path("label").asText());
        }
        return Optional.of(LabelledTexts.of(texts, labels));
    }

    /// Harmless texts full of words that attacks use.
    List<String> notInject() {
        List<String> texts = new ArrayList<>();
        for (String part : List.of("one", "two", "three")) {
            Path file = folder.resolve("notinject_" + part + ".json.gz");
            if (Files.exists(file)) {
                rows(file).forEach(row -> texts.add(row.path("prompt").asText()));
            }
        }
        return texts;
    }

    private static JsonNode rows(Path file) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return JSON.readTree(in);
        } catch (IOException cause) {
            throw new TrainingException(Code.BAD_DATA, file + ": " + cause.getMessage(), cause);
        }
    }

    private static List<String> lines(Path file) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // Only line feeds end a line: the texts have other separators inside.
            List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
            if (lines.getLast().isEmpty()) {
                lines.removeLast();
            }
            return lines;
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, file + ": " + cause.getMessage(), cause);
        }
    }
}
