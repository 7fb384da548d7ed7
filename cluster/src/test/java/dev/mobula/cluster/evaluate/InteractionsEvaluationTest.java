package dev.mobula.cluster.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.PublicData;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class InteractionsEvaluationTest {
    @TempDir Path folder;

    @Test
    void aFileOfEventsIsJudgedByThePortableSplit() throws Exception {
        StringBuilder lines = new StringBuilder("broken\n");
        for (int user = 0; user < 30; user++) {
            for (int item = user % 3; item < 20; item += 3) {
                lines.append(user).append('\t').append(item).append('\n');
            }
        }
        Path file = Files.writeString(folder.resolve("events.tsv"), lines);
        Report report = run("--data", file.toString(), "--k", "5");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.at("/figures/data/protocol").asText()).isEqualTo("portable");
        assertThat(json.at("/figures/data/rejected_lines").asInt()).isEqualTo(1);
        assertThat(json.at("/figures/models")).hasSize(5);
        assertThat(json.at("/figures/models/4/model").asText()).isEqualTo("als");
        assertThat(json.at("/figures/models/4/recall").asDouble()).isPositive();
        double graphFilter = json.at("/figures/models/2/recall").asDouble();
        assertThat(graphFilter).isGreaterThan(json.at("/figures/models/0/recall").asDouble());
        assertThat(report.checks()).isEmpty();
        assertThat(report.text()).contains("events.tsv:1: fields=\"1\"", "Recall@5");
    }

    @Test
    void aPairOfFilesIsJudgedAsItCame() throws Exception {
        Path train = Files.writeString(folder.resolve("a"), "u 1 2\nv 1 2 3\nw 3\n");
        Path test = Files.writeString(folder.resolve("b"), "u 3\nw 1\n");
        Report report =
                run(
                        "--data",
                        train.toString(),
                        "--test",
                        test.toString(),
                        "--models",
                        "graph-filter",
                        "--k",
                        "1");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.at("/figures/models/0/recall").asDouble()).isEqualTo(1);
        assertThat(json.at("/figures/models/0/users").asInt()).isEqualTo(2);
    }

    @Test
    void whatCannotBeJudgedIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("e.tsv"), "u\ti\n");
        String path = file.toString();
        assertThatThrownBy(() -> run("--data", path, "--protocol", "links"))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("--protocol=LINKS");
        assertThatThrownBy(() -> run("--data", path, "--threads", "0"))
                .hasMessageContaining("--threads=0");
        assertThatThrownBy(() -> run("--data", path, "--shards", "65"))
                .hasMessageContaining("--shards=65");
        assertThatThrownBy(() -> run("--data", path, "--seeds", "0", "--protocol", "stratified"))
                .hasMessageContaining("--seeds=0");
        assertThatThrownBy(() -> run("--data", path, "--k", "0"))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("k=0");
        assertThatThrownBy(() -> run("--data", folder.toString()))
                .hasMessageContaining("must hold exactly one of");
        assertThatThrownBy(() -> run("--data", path + "x")).hasMessageContaining("no such file");
    }

    @Test
    void helpIsAnsweredWithoutTheLibraries() throws Exception {
        ClassLoader alone = new WithoutLibraries();
        Object evaluations =
                alone.loadClass(Evaluations.class.getName()).getMethod("all").invoke(null);
        assertThat(evaluations.getClass().getClassLoader()).isNull();
        for (Object evaluation : (Iterable<?>) evaluations) {
            String usage = new CommandLine(evaluation).getUsageMessage();
            assertThat(usage).contains("--data");
        }
    }

    /// Loads our own classes anew and knows what stands on the short class path, nothing else.
    private static final class WithoutLibraries extends ClassLoader {
        private static final List<String> SHORT_CLASS_PATH =
                List.of(
                        "java.",
                        "jdk.",
                        "picocli.",
                        "com.fasterxml.",
                        "org.slf4j.",
                        "org.jspecify.");

        WithoutLibraries() {
            super(InteractionsEvaluationTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (SHORT_CLASS_PATH.stream().anyMatch(name::startsWith)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            if (!name.startsWith("dev.mobula.")) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    @Tag("long")
    void thePublicSetsHoldTheirTargets() throws Exception {
        Path datasets = PublicData.require("gowalla").getParent();
        Report gowalla = run("--data", datasets.resolve("gowalla").toString());
        assertThat(gowalla.checks()).hasSize(4).allMatch(Check::holds);
        Report movielens =
                run("--data", datasets.resolve("ml-100k").toString(), "--protocol", "stratified");
        assertThat(movielens.checks()).hasSize(2).allMatch(Check::holds);
        Report twitch = run("--data", datasets.resolve("twitch-de").toString());
        assertThat(twitch.text()).contains("AUC degree-matched", "adamic-adar");
    }

    private static Report run(String... arguments) {
        InteractionsEvaluation evaluation = new InteractionsEvaluation();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObjectLenient(evaluation))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
        return evaluation.run(false);
    }
}
