package dev.mobula.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.nodes.NodeIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterFilesTest {
    @TempDir private Path home;

    private ClusterFiles files;

    @BeforeEach
    void open() {
        files = new ClusterFiles(home);
    }

    @Test
    void whatIsWrittenIsRead() {
        ClusterRecord record =
                new ClusterRecord("one", "127.0.0.1:7", home.resolve("token"), List.of(node("a")))
                        .with(node("b"));

        files.write(record);

        assertThat(files.read("one")).contains(record);
        assertThat(files.names()).containsExactly("one");
        assertThat(files.read("two")).isEmpty();
    }

    @Test
    void aNodeThatBecameKnownReplacesWhatWasKnownOfIt() {
        NodeIdentity launched = node("a");
        NodeIdentity started =
                new NodeIdentity("a", launched.mark(), 7, "boot", "127.0.0.1:9", "ip", home, home);

        ClusterRecord record =
                new ClusterRecord("one", "", null, List.of()).with(launched).with(started);

        assertThat(record.nodes()).containsExactly(started);
        assertThat(record.without(started).nodes()).isEmpty();
    }

    @Test
    void aTokenIsForItsOwnerOnly() throws Exception {
        Path token = files.createToken("one", new SplittableRandom(1));
        Path another = files.createToken("two", new SplittableRandom(2));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        assertThat(LocalClusters.readToken(token)).matches("[0-9a-f]{64}");
        assertThat(token).exists().content().isNotEqualTo(Files.readString(another));
    }

    @Test
    void forgettingKeepsTheStateUnlessTold() throws Exception {
        files.write(new ClusterRecord("one", "", null, List.of()));
        Path state = Files.createDirectories(files.folder("one").resolve("state"));
        Files.createDirectories(files.folder("one").resolve("gcs/tables"));

        files.forget("one", false);
        assertThat(files.read("one")).isEmpty();
        assertThat(state).exists();
        assertThat(files.folder("one").resolve("gcs")).doesNotExist();

        files.forget("one", true);
        assertThat(files.folder("one")).doesNotExist();
    }

    private NodeIdentity node(String name) {
        return new NodeIdentity(
                name,
                "mark-" + name,
                42,
                "boot",
                "127.0.0.1:7",
                "127.0.0.1",
                Path.of("/tmp/mobula-1"),
                home.resolve(name));
    }
}
