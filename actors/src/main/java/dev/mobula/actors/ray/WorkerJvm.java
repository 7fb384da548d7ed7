package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
    private static final String FST_NEEDS = "--add-opens=java.base/java.lang=ALL-UNNAMED";
    private static final List<String> PASSED_ON =
            List.of(
                    "--add-opens",
                    "--add-modules",
                    "--add-exports",
                    "--enable-native-access",
                    "--sun-misc-unsafe-memory-access",
                    "-Dai.djl.",
                    "-DOPT_OUT_TRACKING",
                    "-Djava.util.logging.manager");
    private static final Set<List<String>> TRIED = ConcurrentHashMap.newKeySet();

    private WorkerJvm() {}

    /// The flags of this process that every process of the engine needs.
    static List<String> optionsOfThisProcess() {
        List<String> options = new ArrayList<>();
        for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (PASSED_ON.stream().anyMatch(argument::startsWith)) {
                options.add(argument);
            }
        }
        if (!options.contains(FST_NEEDS)) {
            throw new CallException(
                    Failure.REFUSED,
                    "this JVM was started without " + FST_NEEDS + ", which Ray needs");
        }
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
