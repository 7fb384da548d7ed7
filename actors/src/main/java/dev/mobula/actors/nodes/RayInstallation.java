package dev.mobula.actors.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An installed Ray: the private Python environment, its `ray` command, the Java runtime of that very
/// Ray, and the JDK its workers run on.
public record RayInstallation(Path venv, Path ray, Path distJar, Path javaHome) {
    public RayInstallation {
        requireFile(ray, "the ray command");
        requireFile(distJar, "Ray's Java runtime");
        requireFile(javaHome.resolve("bin").resolve("java"), "the JDK");
    }

    /// The version of Ray that Mobula is built for and tested with.
    public static String version() {
        return Resource.text("ray.version").strip();
    }

    /// Where the environment asks Ray to be: `MOBULA_RAY_VENV`, else `ray-VERSION` in `MOBULA_HOME`,
    /// else in `~/.mobula`.
    public static Path venvOf(Map<String, String> environment) {
        String venv = environment.get("MOBULA_RAY_VENV");
        if (venv != null && !venv.isBlank()) {
            return Path.of(venv);
        }
        String home = environment.get("MOBULA_HOME");
        Path root =
                home == null || home.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".mobula")
                        : Path.of(home);
        return root.resolve("ray-" + version());
    }

    /// The installation that this process's environment names.
    public static RayInstallation find() {
        return at(venvOf(System.getenv()), Path.of(System.getProperty("java.home")));
    }

    /// The installation in `venv`, its workers running on the JDK in `javaHome`.
    public static RayInstallation at(Path venv, Path javaHome) {
        Path ray = venv.resolve("bin").resolve("ray");
        if (!Files.isRegularFile(ray)) {
            throw new NodeException(
                    """
                    Ray %1$s is not installed in %2$s
                    make it: python3 -m venv %2$s && %2$s/bin/pip install ray==%1$s"""
                            .formatted(version(), venv));
        }
        return new RayInstallation(venv, ray, distJarOf(venv), javaHome);
    }

    Path python() {
        return venv.resolve("bin").resolve("python");
    }

    private static Path distJarOf(Path venv) {
        try (Stream<Path> libraries = Files.list(venv.resolve("lib"))) {
            List<Path> jars =
                    libraries
                            .map(lib -> lib.resolve("site-packages/ray/jars/ray_dist.jar"))
                            .filter(Files::isRegularFile)
                            .toList();
            if (jars.size() == 1) {
                return jars.getFirst();
            }
            throw new NodeException(
                    "ray_dist.jar found "
                            + jars.size()
                            + " times in "
                            + venv
                            + "; delete that folder and install Ray "
                            + version()
                            + " again");
        } catch (IOException unreadable) {
            throw new NodeException("cannot read " + venv + ": " + unreadable, unreadable);
        }
    }

    private static void requireFile(Path file, String what) {
        if (!Files.isRegularFile(file)) {
            throw new NodeException(what + " is missing: " + file);
        }
    }
}
