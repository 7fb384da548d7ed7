package dev.mobula.cluster.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.testing.PublicData;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SequencesEvaluationTest {
    @TempDir Path folder;

    /// Everybody goes through the items in the same circle, from where they like.
    private Path circle() throws IOException {
        StringBuilder lines = new StringBuilder("broken\n");
        for (int user = 0; user < 60; user++) {
            lines.append('u').append(user);
            for (int step = 0; step < 5; step++) {
                lines.append(" i").append((user + step) % 30);
            }
            lines.append('\n');
        }
        return Files.writeString(folder.resolve("circle.txt"), lines);
    }

    @Test
    void countingFindsWhatFollowsAndBadLinesAreShown() throws IOException {
        Report report =
                run("--data", circle().toString(), "--models", "popular,transitions", "--k", "1");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.at("/figures/models/1/hit_rate").asDouble()).isEqualTo(1);
        assertThat(json.at("/figures/models/0/hit_rate").asDouble()).isLessThan(0.3);
        assertThat(json.at("/figures/data/rejected_lines").asInt()).isEqualTo(1);
        assertThat(report.text()).contains("circle.txt:1: words=\"1\"", "HR@1");
        assertThat(report.checks()).isEmpty();
    }

    @Test
    void givenCandidatesAloneCompete() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int user = 0; user < 60; user++) {
            lines.append('u').append(user).append(" i").append((user + 17) % 30).append('\n');
        }
        Path candidates = Files.writeString(folder.resolve("candidates.txt"), lines);
        Report report =
                run(
                        "--data",
                        circle().toString(),
                        "--candidates",
                        candidates.toString(),
                        "--models",
                        "popular",
                        "--k",
                        "2");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.at("/figures/models/0/hit_rate").asDouble()).isEqualTo(1);
        assertThat(json.at("/figures/data/ranked_among").asText()).isEqualTo("candidates");
    }

    @Test
    void whatCannotBeJudgedIsNamed() throws IOException {
        String path = circle().toString();
        assertThatThrownBy(() -> run("--data", path + "x"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> run("--data", path, "--models", "gru"))
                .hasMessageContaining("model=gru: must be one of popular, transitions");
        assertThatThrownBy(() -> run("--data", path, "--k", "0")).hasMessageContaining("--k=0");
        assertThatThrownBy(() -> run("--data", path, "--epochs", "0"))
                .hasMessageContaining("--epochs=0");
        assertThatThrownBy(() -> run("--data", path, "--threads", "0"))
                .hasMessageContaining("--threads=0");
        assertThatThrownBy(() -> run("--data", path, "--rejects", "0"))
                .hasMessageContaining("words=\"1\": must be 2 or more");
        assertThatThrownBy(() -> run("--data", path, "--models", "transformer"))
                .hasMessageContaining("negatives=");
    }

    @Test
    @Tag("long")
    void thePublicSequencesHoldTheirTargets() {
        Path music = PublicData.require("s3rec").resolve("LastFM.txt.gz");
        assertThat(run("--data", music.toString()).checks()).hasSize(3).allMatch(Check::holds);
        Path beauty = music.resolveSibling("Beauty.txt.gz");
        assertThat(run("--data", beauty.toString()).checks()).hasSize(7).allMatch(Check::holds);
    }

    private static Report run(String... arguments) {
        SequencesEvaluation evaluation = new SequencesEvaluation();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObjectLenient(evaluation))
                .parseArgs(arguments);
        return evaluation.run(false);
    }
}
