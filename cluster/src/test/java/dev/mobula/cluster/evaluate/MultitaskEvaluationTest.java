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
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class MultitaskEvaluationTest {
    @TempDir Path folder;

    /// People whose age says whether they married, and whose work together with it what they earn.
    private Path people(int count) throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String[] fields = new String[42];
            Arrays.fill(fields, "?");
            for (int number : new int[] {5, 16, 17, 18, 24, 30, 39}) {
                fields[number] = "0";
            }
            int age = random.nextInt(18, 80);
            boolean isSkilled = random.nextBoolean();
            fields[0] = Integer.toString(age);
            fields[1] = isSkilled ? "skilled" : "other";
            fields[7] = age < 30 ? "Never married" : "Married";
            fields[41] = isSkilled && age > 40 ? "50000+." : "- 50000.";
            lines.append(String.join(", ", fields)).append('\n');
        }
        return Files.writeString(folder.resolve("census-income.test"), lines);
    }

    @Test
    void bothTasksAreJudgedTogetherAndApart() throws IOException {
        people(15_000);
        Report report = run("--data", folder.toString(), "--seeds", "1");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.at("/figures/models/0/auc_income").asDouble()).isGreaterThan(0.9);
        assertThat(json.at("/figures/models/0/auc_never_married").asDouble()).isGreaterThan(0.9);
        assertThat(json.at("/figures/models/1").has("auc_never_married")).isFalse();
        assertThat(json.at("/figures/data/test").asInt()).isEqualTo(3_000);
        assertThat(report.checks()).isEmpty();
    }

    @Test
    void whatCannotBeJudgedIsNamed() throws IOException {
        assertThatThrownBy(() -> run("--data", folder.toString()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("must hold one file census-income*");
        String path = people(20).toString();
        assertThatThrownBy(() -> run("--data", path, "--seeds", "0"))
                .hasMessageContaining("--seeds=0");
        assertThatThrownBy(() -> run("--data", path + "x")).hasMessageContaining("no such file");
        Path bad = Files.writeString(folder.resolve("bad"), "1, 2\n");
        assertThatThrownBy(() -> run("--data", bad.toString(), "--rejects", "0"))
                .hasMessageContaining("fields=\"2\": must be 42");
    }

    @Test
    @Tag("long")
    void thePublicCensusHoldsItsTargets() {
        Path census = PublicData.require("census-income");
        assertThat(run("--data", census.toString()).checks()).hasSize(5).allMatch(Check::holds);
    }

    private static Report run(String... arguments) {
        MultitaskEvaluation evaluation = new MultitaskEvaluation();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObjectLenient(evaluation))
                .parseArgs(arguments);
        return evaluation.run(false);
    }
}
