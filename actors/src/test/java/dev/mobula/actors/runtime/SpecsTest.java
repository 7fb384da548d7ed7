package dev.mobula.actors.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A bad value is refused where it is given, by its field and itself.
final class SpecsTest {
    private static void assertNamed(String what, ThrowingCallable given) {
        assertThatThrownBy(given)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what);
    }

    private static ThrowingCallable spec(UnaryOperator<ServiceSpec.Builder> change) {
        return () -> change.apply(ServiceSpec.named("items", Probe.Factory.class)).build();
    }

    @Test
    void aSpecNamesItsBadValue() {
        for (String name :
                List.of("", " ", "a b", "-a", "a/b", "../a", "a#1", "ü", "a".repeat(101))) {
            assertNamed(
                    "name=\"" + name + "\"",
                    () -> ServiceSpec.named(name, Probe.Factory.class).build());
        }
        assertNamed("replicas=0", spec(spec -> spec.replicas(0)));
        assertNamed("replicas=1001", spec(spec -> spec.replicas(1_001)));
        assertNamed("threads=0", spec(spec -> spec.threads(0)));
        assertNamed("threads=257", spec(spec -> spec.threads(257)));
        assertNamed("restartsMax=-2", spec(spec -> spec.restartsMax(-2)));
        assertNamed("resources[CPU]=-1.0", spec(spec -> spec.resources(Map.of("CPU", -1.0))));
        assertNamed("resources[GPU]=NaN", spec(spec -> spec.resources(Map.of("GPU", Double.NaN))));
        assertNamed(
                "resources[a]=Infinity",
                spec(spec -> spec.resources(Map.of("a", Double.POSITIVE_INFINITY))));
        assertNamed("state=LOCAL", spec(spec -> spec.replicas(2).state(StateKind.LOCAL)));
        assertNamed("replicas=2", spec(spec -> spec.replicas(2).state(StateKind.SHARED)));
    }

    @Test
    void aSpecKeepsWhatItWasGiven() {
        Map<String, Double> resources = new HashMap<>(Map.of("CPU", 1.0));
        ServiceSpec spec =
                ServiceSpec.named("a.b-c_9", Probe.Factory.class).resources(resources).build();
        resources.put("GPU", 1.0);
        assertThat(spec.resources()).containsExactly(Map.entry("CPU", 1.0));
        assertThat(spec.ref()).isEqualTo(new ServiceRef("a.b-c_9", 1));
        assertThat(spec.factory()).isEqualTo(Probe.Factory.class.getName());
    }

    @Test
    void aRequestNamesItsBadValue() {
        Request sound = Request.of(0, new byte[0]);
        assertNamed("op=-1", () -> Request.of(-1, new byte[0]));
        assertNamed("timeout=PT0S", () -> sound.within(Duration.ZERO));
        assertNamed("timeout=PT-1S", () -> sound.within(Duration.ofSeconds(-1)));
        assertNamed("timeout=PT24H0.001S", () -> sound.within(Duration.ofDays(1).plusMillis(1)));
        assertNamed("timeout=PT", () -> sound.within(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(sound.within(Duration.ofDays(1)).retried().timeout()).hasDays(1);
    }

    @Test
    void mailboxLimitsNameTheirBadValue() {
        MailboxLimits sound = MailboxLimits.standard();
        assertNamed("requestsMax=0", () -> sound.withRequestsMax(0));
        assertNamed("bytesMax=-5", () -> sound.withBytesMax(-5));
        assertNamed("requestBytesMax=0", () -> sound.withRequestBytesMax(0));
        assertNamed("batchMax=0", () -> sound.withBatch(0, Duration.ZERO));
        assertNamed("batchWait=PT-0.001S", () -> sound.withBatch(1, Duration.ofMillis(-1)));
        assertNamed("batchWait=PT1.001S", () -> sound.withBatch(1, Duration.ofMillis(1_001)));
    }

    @Test
    void referencesAndAddressesNameTheirBadValue() {
        assertNamed("replicas=0", () -> new ServiceRef("items", 0));
        assertNamed("name=\"it ems\"", () -> new ServiceRef("it ems", 1));
        assertNamed("host=\" \"", () -> new Address(" ", 1));
        assertNamed("port=0", () -> new Address("localhost", 0));
        assertNamed("port=65536", () -> new Address("localhost", 65_536));
        assertNamed("wire code 6", () -> Failure.ofWireCode(6));
        for (Failure failure : Failure.values()) {
            assertThat(Failure.ofWireCode(failure.wireCode())).isEqualTo(failure);
        }
    }
}
