package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.nodes.JvmFlags;
import dev.mobula.cluster.cli.Mobula;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo as a process of its own, asked to end.
final class DemoEndTest {
    private static final int ENDED_BY_TERM = 143;

    @TempDir private Path temporary;

    @Test
    void anInterruptedDemoLeavesNothingBehind() throws Exception {
        assertEndsCleanly("demo", "--port", "0", "--items", "300", "--users", "20");
    }

    @Test
    @Tag("ray")
    void anInterruptedDemoOnRayLeavesNothingBehind() throws Exception {
        assertEndsCleanly("demo", "--ray", "--port", "0", "--items", "300", "--users", "20");
    }

    private void assertEndsCleanly(String... arguments) throws Exception {
        Process demo = start(arguments);
        try (BufferedReader said = demo.inputReader()) {
            assertThat(linesUntilServing(said)).anyMatch(line -> line.startsWith("end:"));
            List<ProcessHandle> children = demo.descendants().toList();
            demo.destroy();
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
            assertThat(demo.exitValue()).isEqualTo(ENDED_BY_TERM);
            assertThat(temporary).isEmptyDirectory();
            for (ProcessHandle child : children) {
                child.onExit().get(60, TimeUnit.SECONDS);
            }
        } finally {
            demo.destroyForcibly();
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.all());
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Mobula.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static List<String> linesUntilServing(BufferedReader said) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            if (line.startsWith("end:")) {
                break;
            }
        }
        return lines;
    }
}
