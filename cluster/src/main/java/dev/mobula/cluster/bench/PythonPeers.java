package dev.mobula.cluster.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The private Python environment of the peers, and the scripts that drive them.
///
/// @param python the environment's interpreter
public record PythonPeers(Path python) {
    /// Makes the environment the first time, and installs what is missing.
    ///
    /// @param home the folder that holds the environment, shared by all benchmarks
    /// @param logs the folder that gets pip's output
    public static PythonPeers install(Path home, Path logs, Collection<String> packages)
            throws IOException, InterruptedException {
        Path venv = home.resolve("peers");
        Path python = venv.resolve("bin").resolve("python");
        Files.createDirectories(logs);
        if (!Files.isExecutable(python)) {
            Files.createDirectories(home);
            run(logs, List.of("python3", "-m", "venv", venv.toString()));
        }
        for (String name : new TreeSet<>(packages)) {
            Path mark = venv.resolve("installed-" + name);
            if (!Files.exists(mark)) {
                List<String> command = new ArrayList<>(List.of(python.toString(), "-m", "pip"));
                command.addAll(List.of("install", "--quiet", "--disable-pip-version-check", name));
                run(logs, command);
                Files.createFile(mark);
            }
        }
        return new PythonPeers(python);
    }

    /// Puts a script of this package's `peers` folder into another one, and says where.
    public Path script(String name, Path folder) throws IOException {
        Path script = folder.resolve(name);
        try (InputStream source = PythonPeers.class.getResourceAsStream("peers/" + name)) {
            if (source == null) {
                throw new IOException(name + " is missing from the class path");
            }
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    private static void run(Path logs, List<String> command)
            throws IOException, InterruptedException {
        Path log = logs.resolve("install.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(
                    String.join(" ", command) + " ended with " + exit + "; see " + log);
        }
    }
}
