package dev.mobula.cluster.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A copy of the launcher in a small tree of its own, with a JDK, a Maven and a Python that only write
/// down how they were called.
final class LauncherTree {
    private static final String NODES = "actors/src/main/resources/dev/mobula/actors/nodes/";
    private static final String MAVEN =
            """
            #!/bin/sh
            if [ "$1" = --version ]; then echo "Apache Maven ${FAKE_MAVEN_VERSION:-3.9.9}"; exit; fi
            echo "mvn $*" >> "$CALLS"
            if [ -n "$FAKE_MAVEN_FAILS" ]; then echo "[ERROR] Broken.java:[1,2] no such thing"; exit 1; fi
            mkdir -p cluster/target/lib
            touch cluster/target/lib/mobula-cluster-0.1.0.jar
            """;
    private static final String JAVA =
            """
            #!/bin/sh
            echo "java $*" >> "$CALLS"
            """;
    private static final String PYTHON =
            """
            #!/bin/sh
            if [ "$1 $2" = "-m venv" ]; then
              echo "venv" >> "$CALLS"
              mkdir -p "$3/bin" "$3/lib/python3.11/site-packages/ray/jars"
              touch "$3/lib/python3.11/site-packages/ray/jars/ray_dist.jar" "$3/pyvenv.cfg"
              printf '#!/bin/sh\\nexit ${FAKE_PIP_EXIT:-0}\\n' > "$3/bin/python"
              printf '#!%s/bin/python\\n' "$3" > "$3/bin/ray"
              chmod +x "$3/bin/python" "$3/bin/ray"
            fi
            """;

    private final Path root;
    private final Path calls;
    private final Path commands;
    private final Map<String, String> environment = new TreeMap<>();

    LauncherTree(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("a tree"));
        calls = folder.resolve("calls");
        commands = Files.createDirectories(folder.resolve("bin"));
        write("pom.xml", "<project/>");
        write(".mvn/jvm.config", "-Xmx1g");
        write("cluster/pom.xml", "<project/>");
        write("cluster/src/main/java/One.java", "class One {}");
        write("cluster/src/main/java/Two.java", "class Two {}");
        write(NODES + "ray.version", "2.58.0\n");
        write(NODES + "jvm.flags", "-Dx=y\n");
        Files.copy(checkout().resolve("mobula"), root.resolve("mobula"));
        command("mvn", MAVEN);
        command("python3", PYTHON);
        jdk("jdk", "25.0.3");
        environment.put("PATH", commands + ":/usr/bin:/bin");
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        environment.put("MOBULA_JDK_FOLDERS", "");
        environment.put("CALLS", calls.toString());
    }

    Path root() {
        return root;
    }

    Path ray() {
        return root.resolveSibling("home/.mobula/ray-2.58.0");
    }

    LauncherTree with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /// Makes a folder that calls itself a JDK of this version.
    Path jdk(String name, String version) throws IOException {
        Path jdk = root.resolveSibling(name);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), JAVA);
        executable(jdk.resolve("bin/javac"), JAVA);
        return jdk;
    }

    void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /// Sets back the clock of all files, so that what is written from now on is newer than they are.
    void age() throws IOException {
        FileTime before = FileTime.from(Instant.now().minus(Duration.ofMinutes(5)));
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, before);
            }
        }
    }

    void command(String name, String script) throws IOException {
        executable(commands.resolve(name), script);
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("mobula") + ""));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// Runs the launcher to its end.
    Outcome run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the launcher does not end: " + said);
        }
        return new Outcome(process.exitValue(), said);
    }

    /// How the fake commands were called since the last look.
    List<String> calls() throws IOException {
        if (!Files.exists(calls)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(calls);
        Files.delete(calls);
        return lines;
    }

    record Outcome(int exitCode, String said) {}

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path checkout() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mobula"))) {
            at = at.getParent();
        }
        return at;
    }
}
