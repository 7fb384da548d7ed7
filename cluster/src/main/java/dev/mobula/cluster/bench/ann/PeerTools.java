package dev.mobula.cluster.bench.ann;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The private Python environment of the peers, and the script that drives them.
record PeerTools(Path python, Path script) {
    private static final String SCRIPT = "ann_peer.py";

    /// Makes the environment the first time, and installs what is missing.
    static PeerTools install(Path home, Path folder, Set<String> packages)
            throws IOException, InterruptedException {
        Path venv = home.resolve("peers");
        Path python = venv.resolve("bin").resolve("python");
        if (!Files.isExecutable(python)) {
            Files.createDirectories(home);
            run(folder, List.of("python3", "-m", "venv", venv.toString()));
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                python.toString(),
                                "-m",
                                "pip",
                                "install",
                                "--quiet",
                                "--disable-pip-version-check",
                                "numpy"));
        packages.stream().sorted().forEach(command::add);
        Path installed =
                venv.resolve("installed-" + String.join("+", command.subList(6, command.size())));
        if (!Files.exists(installed)) {
            run(folder, command);
            Files.createFile(installed);
        }
        return new PeerTools(python, extractScript(folder));
    }

    private static Path extractScript(Path folder) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream source =
                PeerTools.class.getResourceAsStream("/dev/mobula/cluster/bench/peers/" + SCRIPT)) {
            if (source == null) {
                throw new IOException(SCRIPT + " is missing from the class path");
            }
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    private static void run(Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path log = folder.resolve("install.log");
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
