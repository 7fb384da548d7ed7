package dev.mobula.cluster.doctor;

import dev.mobula.actors.nodes.RayInstallation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks a machine over: everything Mobula needs, wants or uses, and what to do about what is amiss.
public final class Doctor {
    private static final long GIB = 1L << 30;
    private static final Pattern MAVEN = Pattern.compile("Maven (\\d+)\\.(\\d+)[\\w.-]*");
    private static final List<String> PYTHONS =
            List.of("python3", "python3.13", "python3.12", "python3.11", "python3.10");
    private static final String PYTHON_QUESTION =
            "import sys, ensurepip, venv; print(sys.version.split()[0]); "
                    + "sys.exit(not (3, 10) <= sys.version_info < (3, 14))";

    private final Machine machine;

    public Doctor(Machine machine) {
        this.machine = machine;
    }

    /// Everything looked at, in a fixed order.
    public List<Finding> examine() {
        return List.of(
                platform(),
                jdk(),
                maven(),
                python(),
                ray(),
                browser(),
                memory(),
                sharedMemory(),
                disk("temp folder", Path.of("/tmp")),
                disk("home folder", machine.home()),
                openFiles(),
                port("gateway port", 8080),
                port("Ray's port", 6379));
    }

    private Finding platform() {
        String platform = machine.platform();
        return platform.equals("Linux amd64")
                ? Finding.ok("platform", platform)
                : Finding.warn(
                        "platform",
                        platform,
                        "Mobula is tested on 64-bit Linux on Intel and AMD processors");
    }

    private Finding jdk() {
        String found = machine.javaVersion() + " in " + machine.javaHome();
        return machine.javaVersion().feature() == 25
                ? Finding.ok("JDK", found)
                : Finding.fail("JDK", found, "install a JDK 25 and set JAVA_HOME to it");
    }

    private Finding maven() {
        Optional<Path> maven = machine.find("mvn");
        if (maven.isEmpty()) {
            return Finding.fail("Maven", "no mvn on the PATH", "apt-get install maven");
        }
        Matcher version = MAVEN.matcher(machine.ask(maven.get() + "", "--version").orElse(""));
        if (!version.find()) {
            return Finding.fail(
                    "Maven", maven.get() + " does not tell its version", "reinstall Maven");
        }
        String found = version.group().substring("Maven ".length()) + " at " + maven.get();
        int major = Integer.parseInt(version.group(1));
        return major > 3 || (major == 3 && Integer.parseInt(version.group(2)) >= 8)
                ? Finding.ok("Maven", found)
                : Finding.fail("Maven", found, "install Maven 3.8 or later from maven.apache.org");
    }

    private Finding python() {
        for (String name : PYTHONS) {
            Optional<String> version =
                    machine.find(name)
                            .flatMap(path -> machine.ask(path + "", "-c", PYTHON_QUESTION));
            if (version.isPresent()) {
                return Finding.ok("Python", version.get().strip() + " (" + name + ") with venv");
            }
        }
        return Finding.warn(
                "Python",
                "no Python 3.10 to 3.13 with venv",
                "Ray needs it: apt-get install python3 python3-venv");
    }

    private Finding ray() {
        String wanted = RayInstallation.version();
        Map<String, String> environment = new HashMap<>();
        for (String name : List.of("MOBULA_RAY_VENV", "MOBULA_HOME")) {
            machine.variable(name).ifPresent(value -> environment.put(name, value));
        }
        environment.putIfAbsent("MOBULA_HOME", machine.home().resolve(".mobula").toString());
        Path venv = RayInstallation.venvOf(environment);
        if (!machine.exists(venv)) {
            return Finding.ok(
                    "Ray", wanted + " is not installed yet: made in " + venv + " when wanted");
        }
        String python = venv.resolve("bin").resolve("python").toString();
        Optional<String> version =
                machine.ask(python, "-c", "import ray; print(ray.__version__)").map(String::strip);
        if (version.isEmpty()) {
            return Finding.fail("Ray", venv + " holds no working Ray", "delete that folder");
        }
        return version.get().equals(wanted)
                ? Finding.ok("Ray", wanted + " in " + venv)
                : Finding.fail(
                        "Ray",
                        version.get() + " in " + venv,
                        "Mobula wants " + wanted + ": delete that folder");
    }

    private Finding browser() {
        Optional<Path> browser =
                Stream.of("chromium", "chromium-browser", "google-chrome")
                        .flatMap(name -> machine.find(name).stream())
                        .findFirst();
        Optional<Path> driver = machine.find("chromedriver");
        if (browser.isPresent() && driver.isPresent()) {
            return Finding.ok("Chromium", browser.get() + " with " + driver.get());
        }
        return Finding.warn(
                "Chromium",
                browser.isEmpty() ? "no browser" : "no chromedriver",
                "the tests of the page need it: apt-get install chromium chromium-driver");
    }

    private Finding memory() {
        long bytes = machine.memoryBytes();
        String found = gibibytes(bytes);
        if (bytes < 2 * GIB) {
            return Finding.fail("memory", found, "Mobula wants 4 GiB, and runs in 2 with care");
        }
        return bytes < 4 * GIB
                ? Finding.warn("memory", found, "4 GiB or more let the tests run at full speed")
                : Finding.ok("memory", found);
    }

    private Finding sharedMemory() {
        Path folder = Path.of("/dev/shm");
        if (!machine.exists(folder)) {
            return Finding.warn("/dev/shm", "absent", "Ray then keeps its objects on disk");
        }
        long free = machine.freeBytes(folder);
        return free >= GIB
                ? Finding.ok("/dev/shm", gibibytes(free) + " free")
                : Finding.warn(
                        "/dev/shm",
                        gibibytes(free) + " free",
                        "Ray's nodes want 200 MB each; in a container: --shm-size=2g");
    }

    private Finding disk(String what, Path folder) {
        long free = machine.freeBytes(folder);
        String found = gibibytes(free) + " free in " + folder;
        if (free < GIB) {
            return Finding.fail(what, found, "make room: builds, Ray and its logs want 5 GiB");
        }
        return free < 5 * GIB
                ? Finding.warn(what, found, "5 GiB or more are comfortable")
                : Finding.ok(what, found);
    }

    private Finding openFiles() {
        long limit = machine.openFilesMax();
        String found = limit == Long.MAX_VALUE ? "unlimited" : "up to " + limit;
        return limit >= 4096
                ? Finding.ok("open files", found)
                : Finding.warn("open files", found, "raise it: ulimit -Hn 65536");
    }

    private Finding port(String what, int port) {
        return machine.isFree(port)
                ? Finding.ok(what, port + " is free")
                : Finding.warn(what, port + " is taken", "choose another with --port");
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
    }
}
