package dev.mobula.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.nodes.NodeIdentity;
import dev.mobula.actors.nodes.NodeSpec;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.nodes.RayNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("ray")
final class LocalClustersTest {
    @TempDir private Path home;

    private LocalClusters clusters;

    @BeforeEach
    void open() {
        clusters = new LocalClusters(home, RayInstallation::find, new SplittableRandom(1));
    }

    @AfterEach
    void leaveNothing() {
        clusters.names().forEach(name -> clusters.down(name, true));
    }

    @Test
    void aClusterLivesUntilItIsEnded() {
        List<String> said = new ArrayList<>();
        ClusterRecord record = clusters.up(plan("one", new Token.Made()), said::add);
        List<NodeIdentity> identities = record.nodes();
        assertThat(said).hasSize(2);
        assertThat(clusters.nodes("one"))
                .hasSize(2)
                .allMatch(NodeStatus::alive)
                .allMatch(node -> node.residentBytes() > 50_000_000);
        assertThatThrownBy(() -> clusters.up(plan("one", new Token.None()), said::add))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("runs at " + record.address());

        Optional<Path> token = clusters.tokenFileOf("one", record.address());
        NodeSpec third =
                NodeSpec.worker("third", record.address())
                        .cpus(1)
                        .token(token.map(LocalClusters::readToken).orElseThrow())
                        .withState(home.resolve("third"));
        clusters.join("one", third, token);
        RayNode.attach(clusters.record("one").nodes().getLast()).killRaylet();
        assertThat(clusters.nodes("one")).filteredOn(NodeStatus::alive).hasSize(2);
        clusters.join("one", third, token);
        assertThat(clusters.nodes("one")).hasSize(3).allMatch(NodeStatus::alive);

        assertThat(clusters.down("one", false)).isEqualTo(3);

        assertThat(clusters.names()).isEmpty();
        assertThat(identities)
                .allMatch(identity -> RayNode.attach(identity).pids().isEmpty())
                .noneMatch(identity -> Files.exists(identity.tempDir()))
                .allMatch(identity -> Files.exists(identity.stateRoot()));
    }

    private static UpPlan plan(String name, Token token) {
        return new UpPlan(
                name,
                2,
                NodeSpec.LOOPBACK,
                0,
                1,
                100_000_000,
                Optional.empty(),
                Path.of("/tmp"),
                token);
    }
}
