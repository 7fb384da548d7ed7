package dev.mobula.cluster.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.cluster.engine.SmallEngine;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client for another language, generated from the engine's own document.
@Tag("long")
final class PythonClientTest {
    @TempDir private Path folder;

    @Test
    void aClientGeneratedFromTheDocumentWorksInPython() throws Exception {
        PythonPeers peers =
                PythonPeers.install(
                        folder.resolve("python"), folder, List.of("openapi-python-client"));
        Path state = Files.createDirectories(folder.resolve("state"));
        try (SmallEngine engine = new SmallEngine(state);
                HttpClient http = HttpClient.newHttpClient()) {
            Path document = folder.resolve("openapi.yaml");
            HttpRequest ask = HttpRequest.newBuilder(engine.uri().resolve("/openapi.yaml")).build();
            http.send(ask, HttpResponse.BodyHandlers.ofFile(document));
            run(
                    peers.python().resolveSibling("openapi-python-client").toString(),
                    "generate",
                    "--path",
                    document.toString(),
                    "--meta",
                    "none",
                    "--output-path",
                    folder.resolve("mobula_client").toString());
            String said =
                    run(
                            peers.python().toString(),
                            script().toString(),
                            folder.toString(),
                            engine.uri().toString());
            assertThat(said).contains("the generated client works");
        }
    }

    private Path script() throws Exception {
        Path script = folder.resolve("smoke.py");
        try (InputStream in =
                Objects.requireNonNull(PythonClientTest.class.getResourceAsStream("smoke.py"))) {
            Files.write(script, in.readAllBytes());
        }
        return script;
    }

    private String run(String... command) throws Exception {
        Path log = Files.createTempFile(folder, "said", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
        String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
