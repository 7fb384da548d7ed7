package dev.mobula.actors.ray;

import static dev.mobula.actors.runtime.Probe.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Probe;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a driver does to the machine and says to its user, seen from outside its process.
@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayDriverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String INCUBATOR =
            "WARNING: Using incubator modules: jdk.incubator.vector";
    private static final String TOKEN = "0123456789abcdef".repeat(4);

    private final RayTestCluster ray;

    @TempDir private Path state;

    RayDriverTest(RayTestCluster ray) {
        this.ray = ray;
    }

    private static Process start(Map<String, String> more, LocalCluster nodes, String... services)
            throws IOException {
        String[] arguments =
                Stream.concat(
                                Stream.of(nodes.address(), nodes.head().nodeIp()),
                                Stream.of(services))
                        .toArray(String[]::new);
        return DriverProgram.start(more, arguments);
    }

    private static Set<Path> unpackedLibraries(Path... roots) {
        Set<Path> found = new HashSet<>();
        for (Path root : roots) {
            if (Files.notExists(root)) {
                continue;
            }
            try (Stream<Path> all = Files.walk(root, 3)) {
                all.filter(path -> path.toString().endsWith("core_worker_library_java.so"))
                        .forEach(found::add);
            } catch (IOException | UncheckedIOException changing) {
                assertThat(changing).hasMessageContaining(root.toString());
            }
        }
        return found;
    }

    private Set<Path> unpackedLibraries() {
        return unpackedLibraries(Path.of("/tmp/ray"), ray.nodes().head().identity().tempDir());
    }

    private static String endOf(Process driver) throws Exception {
        String printed = DriverProgram.awaitReady(driver);
        assertThat(driver.waitFor(60, TimeUnit.SECONDS)).as(printed).isTrue();
        return printed;
    }

    /// What the driver itself said: without the JVM's warning of an incubating module, and without the
    /// two lines that Ray's native client prints before its log level can be set.
    private static List<String> linesOf(String printed) {
        return printed.lines()
                .filter(line -> !line.equals(INCUBATOR))
                .filter(line -> !line.contains(" gcs_client.cc:"))
                .toList();
    }

    @Test
    void aDriverPrintsItsOwnLinesAloneAndLeavesNoUnpackedLibrary() throws Exception {
        Set<Path> before = unpackedLibraries();
        Process driver = start(Map.of(), ray.nodes(), "driven");
        try {
            assertThat(linesOf(DriverProgram.awaitReady(driver)))
                    .containsExactly(DriverProgram.READY);
            assertThat(unpackedLibraries()).isEqualTo(before);
            driver.outputWriter().close();
            assertThat(linesOf(endOf(driver))).isEmpty();
            assertThat(driver.exitValue()).isZero();
        } finally {
            driver.destroyForcibly();
        }
        assertThat(unpackedLibraries()).isEqualTo(before);
    }

    @Test
    void aKilledDriverLeavesNoUnpackedLibrary() throws Exception {
        Set<Path> before = unpackedLibraries();
        Process driver = start(Map.of(), ray.nodes());
        DriverProgram.awaitReady(driver);
        driver.destroyForcibly().onExit().get(60, TimeUnit.SECONDS);
        assertThat(unpackedLibraries()).isEqualTo(before);
    }

    @Test
    void theLogsOfAServiceAreUnderItsNodesTempFolder() throws Exception {
        ServiceRef failing =
                ray.services()
                        .spawn(ServiceSpec.named("driver-logged", Probe.Factory.class).build());
        try {
            assertThat(
                            ray.services()
                                    .call(failing, Request.of(Probe.CRASH, bytes("logged")))
                                    .handle((answer, failed) -> failed)
                                    .get(60, TimeUnit.SECONDS))
                    .isInstanceOf(CallException.class);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!anyLogSays("the service process ends")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } finally {
            ray.services().stop(failing);
        }
    }

    private boolean anyLogSays(String text) {
        return ray.nodes().nodes().stream()
                .map(node -> node.identity().tempDir())
                .anyMatch(folder -> anyLogSays(folder, text));
    }

    private static boolean anyLogSays(Path folder, String text) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log :
                    files.filter(file -> file.getParent().endsWith("logs"))
                            .filter(Files::isRegularFile)
                            .toList()) {
                if (new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1)
                        .contains(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | UncheckedIOException changing) {
            return false;
        }
    }

    @Test
    void aTokenIsAskedForAndServesWhoHasIt() throws Exception {
        try (LocalCluster guarded =
                LocalCluster.start(RayInstallation.find(), 1, state, node -> node.token(TOKEN))) {
            Process admitted =
                    start(
                            Map.of("RAY_AUTH_MODE", "token", "RAY_AUTH_TOKEN", TOKEN),
                            guarded,
                            "guarded");
            try {
                assertThat(linesOf(DriverProgram.awaitReady(admitted)))
                        .containsExactly(DriverProgram.READY);
            } finally {
                admitted.destroyForcibly();
            }
            Process stranger = start(Map.of(), guarded);
            try {
                String printed = endOf(stranger);
                assertThat(stranger.exitValue()).isNotZero();
                assertThat(printed).containsIgnoringCase("token").contains(guarded.address());
                assertThat(linesOf(printed)).hasSize(1);
            } finally {
                stranger.destroyForcibly();
            }
        }
    }

    @Test
    void anAddressWhereNoClusterIsIsAClearErrorAndLeavesNothing() throws Exception {
        Set<Path> before = unpackedLibraries();
        Process lost = DriverProgram.start(Map.of(), "127.0.0.1:1", "127.0.0.1");
        try {
            String printed = endOf(lost);
            assertThat(lost.exitValue()).isNotZero();
            assertThat(printed).contains("127.0.0.1:1");
            assertThat(linesOf(printed)).hasSize(1);
        } finally {
            lost.destroyForcibly();
        }
        assertThat(unpackedLibraries()).isEqualTo(before);
    }

    @Test
    void aSecondJoinOfOneProcessIsRefused() {
        assertThatThrownBy(() -> RayCluster.connect(RayTestCluster.options(ray.nodes())))
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .hasMessageContaining("already");
    }

    @Test
    void theServicesOfAnotherNamespaceAreInvisible() throws Exception {
        ServiceRef ours =
                ray.services().spawn(ServiceSpec.named("shared-name", Probe.Factory.class).build());
        Process driver =
                start(
                        Map.of(DriverProgram.NAMESPACE, "elsewhere"),
                        ray.nodes(),
                        "shared-name",
                        "theirs");
        try {
            assertThat(linesOf(DriverProgram.awaitReady(driver)))
                    .containsExactly(DriverProgram.READY);
            assertThat(ray.services().lookup("theirs")).isEmpty();
            assertThat(ray.services().services())
                    .extracting(status -> status.name())
                    .doesNotContain("theirs")
                    .containsOnlyOnce("shared-name");
            byte[] answer = ray.services().call(ours, Request.of(Probe.ECHO, bytes("ours"))).join();
            assertThat(answer).isEqualTo(bytes("ours"));
        } finally {
            driver.destroyForcibly();
            ray.services().stop(ours);
        }
    }
}
