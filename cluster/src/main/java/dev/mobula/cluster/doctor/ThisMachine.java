package dev.mobula.cluster.doctor;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The machine that this process runs on.
public final class ThisMachine implements Machine {
    private static final long ANSWER_SECONDS_MAX = 20;
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern OPEN_FILES =
            Pattern.compile("Max open files\\s+\\d+\\s+(\\d+|unlimited).*");

    @Override
    public String platform() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }

    @Override
    public Runtime.Version javaVersion() {
        return Runtime.version();
    }

    @Override
    public Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    @Override
    public Path home() {
        return Path.of(System.getProperty("user.home"));
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }

    @Override
    public Optional<Path> find(String command) {
        return Stream.of(variable("PATH").orElse("").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public Optional<String> ask(String... command) {
        try {
            Path answer = Files.createTempFile("mobula-doctor-", ".txt");
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                                .redirectErrorStream(true)
                                .redirectOutput(answer.toFile())
                                .start();
                if (!process.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                return process.exitValue() == 0
                        ? Optional.of(Files.readString(answer, StandardCharsets.UTF_8))
                        : Optional.empty();
            } finally {
                Files.delete(answer);
            }
        } catch (IOException cannotRun) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public long memoryBytes() {
        return firstMatch(Path.of("/proc/meminfo"), MEMORY)
                .map(kibibytes -> Long.parseLong(kibibytes) * 1024)
                .orElse(0L);
    }

    @Override
    public long freeBytes(Path folder) {
        for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at)) {
                return at.toFile().getUsableSpace();
            }
        }
        return 0;
    }

    @Override
    public long openFilesMax() {
        return firstMatch(Path.of("/proc/self/limits"), OPEN_FILES)
                .map(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .orElse(0L);
    }

    @Override
    public boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static Optional<String> firstMatch(Path file, Pattern pattern) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.stream()
                    .map(pattern::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .findFirst();
        } catch (IOException notOnThisSystem) {
            return Optional.empty();
        }
    }
}
