package dev.mobula.actors.ray;

import dev.mobula.actors.nodes.JvmFlags;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The options of a service's JVM, tried out before Ray uses them.
///
/// Ray starts a JVM that dies of a wrong option again and again and tells no one, so every set of
/// options is first given to a `java -version`.
final class WorkerJvm {
    private static final Duration TRIAL_LIMIT = Duration.ofSeconds(10);
    private static final Set<List<String>> TRIED = ConcurrentHashMap.newKeySet();

    private WorkerJvm() {}

    /// The flags every process of the engine has, and bounds for one that shares its machine.
    static List<String> defaultOptions() {
        List<String> options = new ArrayList<>(JvmFlags.all());
        options.add("-Xmx1g");
        options.add("-XX:+ExitOnOutOfMemoryError");
        return options;
    }

    /// Refuses options with which no JVM starts.
    static void tryOut(List<String> options) {
        if (!TRIED.contains(options)) {
            run(options);
            TRIED.add(List.copyOf(options));
        }
    }

    private static void run(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-version");
        try {
            Process trial = new ProcessBuilder(command).redirectErrorStream(true).start();
            if (!trial.waitFor(TRIAL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                trial.destroyForcibly();
                throw refused(options, "it does not end within " + TRIAL_LIMIT);
            }
            if (trial.exitValue() != 0) {
                String said =
                        new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                throw refused(options, said.strip());
            }
        } catch (IOException failed) {
            throw refused(options, String.valueOf(failed.getMessage()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw refused(options, "interrupted");
        }
    }

    private static CallException refused(List<String> options, String why) {
        return new CallException(
                Failure.REFUSED, "a JVM does not start with " + options + ": " + why);
    }
}
