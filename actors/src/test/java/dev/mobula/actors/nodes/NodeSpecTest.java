package dev.mobula.actors.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class NodeSpecTest {
    private static final Path STATE = Path.of("state");

    @Test
    void aHeadListensOnLoopbackUnlessTold() {
        NodeSpec spec = NodeSpec.head("one").withState(STATE);

        assertThat(spec.head()).isTrue();
        assertThat(spec.ip()).isEqualTo("127.0.0.1");
        assertThat(spec.stateRoot()).isAbsolute();
    }

    @Test
    void itsTextKeepsTheSecret() {
        String token = "0123456789abcdef";

        assertThat(NodeSpec.head("one").token(token).withState(STATE).toString())
                .contains("one")
                .doesNotContain(token);
    }

    @Test
    void aWrongFieldIsNamedWithItsValue() {
        assertRefused(NodeSpec.head("a b"), "name=a b");
        assertRefused(NodeSpec.head("one").ip("here"), "ip=here");
        assertRefused(NodeSpec.head("one").port(70_000), "port=70000");
        assertRefused(NodeSpec.head("one").cpus(-1), "cpus=-1");
        assertRefused(NodeSpec.head("one").objectStoreBytes(1), "objectStoreBytes=1");
        assertRefused(NodeSpec.head("one").token("short"), "token=");
        assertRefused(
                NodeSpec.head("one").tempBase(Path.of("/a/path/that/is/too/long/for/sockets")),
                "tempBase=/a/path");
        assertRefused(
                NodeSpec.worker("two", "127.0.0.1:7").gcsStorage(Path.of("gcs")), "gcsStorage=");
    }

    private static void assertRefused(NodeSpec.Builder builder, String named) {
        assertThatThrownBy(() -> builder.withState(STATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }
}
