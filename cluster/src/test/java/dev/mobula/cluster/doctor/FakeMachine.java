package dev.mobula.cluster.doctor;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A machine in good health, on which a test breaks what it is about.
public final class FakeMachine implements Machine {
    public static final Path VENV = Path.of("/home/ann/.mobula/ray-2.58.0");

    public final Map<String, String> answers = new HashMap<>();
    public final Set<String> commands = new HashSet<>();
    public final Map<Path, Long> freeBytes = new HashMap<>();
    public final Set<Integer> taken = new HashSet<>();
    public final Set<Path> files = new HashSet<>();
    public String javaVersion = "25.0.3+9";
    public long memoryBytes = 16L << 30;
    public long openFilesMax = 65_536;

    public FakeMachine() {
        commands.addAll(Set.of("mvn", "python3", "chromium", "chromedriver"));
        answers.put("/usr/bin/mvn", "Apache Maven 3.9.9 (8e8579a)\nMaven home: /usr/share/maven");
        answers.put("/usr/bin/python3", "3.12.4\n");
        answers.put(VENV + "/bin/python", "2.58.0\n");
        files.addAll(Set.of(VENV, Path.of("/dev/shm")));
    }

    @Override
    public String platform() {
        return "Linux amd64";
    }

    @Override
    public Runtime.Version javaVersion() {
        return Runtime.Version.parse(javaVersion);
    }

    @Override
    public Path javaHome() {
        return Path.of("/opt/jdk");
    }

    @Override
    public Path home() {
        return Path.of("/home/ann");
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Path> find(String command) {
        return commands.contains(command)
                ? Optional.of(Path.of("/usr/bin", command))
                : Optional.empty();
    }

    @Override
    public Optional<String> ask(String... command) {
        return Optional.ofNullable(answers.get(command[0]));
    }

    @Override
    public boolean exists(Path path) {
        return files.contains(path);
    }

    @Override
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public long freeBytes(Path folder) {
        return freeBytes.getOrDefault(folder, 100L << 30);
    }

    @Override
    public long openFilesMax() {
        return openFilesMax;
    }

    @Override
    public boolean isFree(int port) {
        return !taken.contains(port);
    }
}
