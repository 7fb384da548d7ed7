package dev.mobula.actors.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("ray")
final class LocalClusterTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private Path state;

    @Test
    void leavesNothingBehindThoughARayletWasKilled() {
        List<Path> tempDirs;
        List<Long> pids;
        try (LocalCluster cluster = LocalCluster.start(RayInstallation.find(), 2, state)) {
            tempDirs = cluster.nodes().stream().map(node -> node.identity().tempDir()).toList();
            pids = cluster.nodes().stream().flatMap(node -> node.pids().stream()).toList();
            RayNode second = cluster.node("node-2");
            assertThat(cluster.head().rayletPid()).isNotEqualTo(second.rayletPid());
            assertThat(cluster.head().alive()).isTrue();
            assertThat(second.alive()).isTrue();

            second.killRaylet();

            assertThat(second.alive()).isFalse();
            assertThat(cluster.head().alive()).isTrue();
        }
        assertThat(pids).hasSizeGreaterThan(6).noneMatch(LocalClusterTest::runs);
        assertThat(tempDirs).hasSize(2).noneMatch(Files::exists);
        assertThat(tempDirs).noneMatch(LocalClusterTest::isNamedByAProcess);
    }

    @Test
    void aNodeThatIsRestartedKeepsItsNameAndItsState() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(RayInstallation.find(), 2, state)) {
            RayNode former = cluster.node("node-2");
            Path kept = Files.writeString(former.identity().stateRoot().resolve("kept"), "1");
            former.killRaylet();

            RayNode again = cluster.restart("node-2");

            assertThat(again.alive()).isTrue();
            assertThat(again.address()).isEqualTo(cluster.address());
            assertThat(again.identity().stateRoot().resolve("kept")).isEqualTo(kept).exists();
        }
    }

    @Test
    void listensOnLoopbackAlone() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(RayInstallation.find(), 2, state)) {
            List<Long> pids = cluster.nodes().stream().flatMap(n -> n.pids().stream()).toList();
            assertThat(Listeners.addressesOf(pids))
                    .isNotEmpty()
                    .allMatch(InetAddress::isLoopbackAddress);
        }
    }

    @Test
    void theGcsReturnsOnItsPortWhileTheRayletsLiveOn() {
        try (LocalCluster cluster =
                LocalCluster.start(
                        RayInstallation.find(),
                        2,
                        state,
                        node -> {
                            if (node.head()) {
                                node.blocking(false).gcsStorage(state.resolve("gcs"));
                            }
                        })) {
            List<Long> raylets = cluster.nodes().stream().map(RayNode::rayletPid).toList();
            long former = cluster.head().gcsPid();
            cluster.head().killGcs();

            cluster.head().restartGcs();

            assertThat(cluster.head().gcsPid()).isNotEqualTo(former);
            assertThat(cluster.nodes().stream().map(RayNode::rayletPid)).isEqualTo(raylets);
        }
    }

    @Test
    void anotherProcessStopsTheNodeByItsIdentity() {
        NodeIdentity identity =
                RayNode.start(RayInstallation.find(), NodeSpec.head("alone").withState(state))
                        .identity();
        RayNode attached = RayNode.attach(identity);
        assertThat(attached.alive()).isTrue();

        attached.close();

        assertThat(attached.pids()).isEmpty();
        assertThat(identity.tempDir()).doesNotExist();
    }

    private static boolean runs(long pid) {
        return !NodeProcesses.await(
                LIMIT, () -> ProcFs.processes().noneMatch(process -> process.pid() == pid));
    }

    private static boolean isNamedByAProcess(Path tempDir) {
        try (Stream<NodeProcess> all = ProcFs.processes()) {
            return all.anyMatch(
                    process ->
                            process.command().stream()
                                    .anyMatch(word -> word.contains(tempDir.toString())));
        }
    }
}
