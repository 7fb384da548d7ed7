package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.nodes.JvmFlags;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Processes that run an engine under writes, and their violent end.
final class EngineProcess {
    private EngineProcess() {}

    /// Runs until so many writes were acknowledged, and then kills every process of it at once.
    static void runAndKill(
            Path folder, long seed, int round, int lines, boolean onRay, Acknowledged into)
            throws Exception {
        Path log = folder.resolve("child-" + round + ".log");
        List<String> arguments =
                List.of(
                        folder.toString(),
                        Long.toString(seed),
                        Integer.toString(round),
                        onRay ? "ray" : "jvm");
        Process child = start(EngineUnderWrites.class, arguments, log);
        int said = 0;
        boolean killed = false;
        try (BufferedReader output = child.inputReader(StandardCharsets.US_ASCII)) {
            String line;
            while ((line = output.readLine()) != null) {
                into.note(line);
                if (++said >= lines && into.hasAll() && !killed) {
                    kill(child);
                    killed = true;
                }
            }
        } finally {
            kill(child);
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(killed).as("it wrote until it was killed: %s", Files.readString(log)).isTrue();
    }

    /// The process and all that it started, found before any of them is killed.
    private static void kill(Process child) {
        List<ProcessHandle> all = new ArrayList<>(child.descendants().toList());
        all.add(child.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
    }

    static Process start(Class<?> program, List<String> arguments, Path log) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.all());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(log.toFile()).start();
    }
}
