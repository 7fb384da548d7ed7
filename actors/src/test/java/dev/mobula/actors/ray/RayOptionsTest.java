package dev.mobula.actors.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RayOptionsTest {
    private static RayOptions options(String address, String namespace) {
        return new RayOptions(
                address, Optional.empty(), namespace, "app.jar", List.of(), List.of());
    }

    @Test
    void anAddressIsAHostAndAPort() {
        for (String address :
                List.of("", "head", "head:", ":6379", "auto", "ray://head:1", "a:b")) {
            assertThatThrownBy(() -> options(address, "mobula"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("address=\"" + address + "\"");
        }
        assertThat(options("head.cluster:6379", "mobula").address()).isEqualTo("head.cluster:6379");
    }

    @Test
    void aNamespaceIsAName() {
        for (String namespace : List.of("", "a b", "a/b", "a#0", "ü", "n".repeat(65))) {
            assertThatThrownBy(() -> options("head:1", namespace))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("namespace=\"" + namespace + "\"");
        }
    }

    @Test
    void aClassPathWithoutRaysOwnJarIsRefused() {
        assertThatThrownBy(() -> RaySession.distributionJar("app.jar:lib/other.jar"))
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .hasMessageContaining("ray_dist.jar");
        assertThat(RaySession.distributionJar("app.jar:/ray/jars/ray_dist.jar"))
                .isEqualTo("/ray/jars/ray_dist.jar");
    }

    @Test
    void laterJvmOptionsFollowEarlierOnes() {
        RayOptions options =
                new RayOptions(
                        "head:1",
                        Optional.empty(),
                        "mobula",
                        "app.jar",
                        List.of("-Xmx1g"),
                        List.of());
        assertThat(options.withJvmOptions(List.of("-Xmx2g", "-Da=b")).jvmOptions())
                .containsExactly("-Xmx1g", "-Xmx2g", "-Da=b");
    }

    @Test
    void aFamilyIsSpreadOverAllNodesAndAlwaysAlike() {
        for (String family : List.of("items-", "users-", "ranker-")) {
            assertThat(List.of(place(family + 0), place(family + 1), place(family + 2)))
                    .containsExactlyInAnyOrder(0, 1, 2);
            assertThat(place(family + 3)).isEqualTo(place(family + 0));
        }
        assertThat(place("events")).isBetween(0, 2).isEqualTo(place("events"));
    }

    private static int place(String service) {
        return RayDirectory.place(service, 3);
    }
}
