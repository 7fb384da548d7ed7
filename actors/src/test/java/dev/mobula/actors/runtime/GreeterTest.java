package dev.mobula.actors.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The example of the README, as it stands there.
final class GreeterTest {
    /// Greets whoever calls.
    public static final class Greeter implements Service {
        /// Starts one.
        public static final class Factory implements ServiceFactory {
            @Override
            public Service start(ServiceContext context) {
                return new Greeter();
            }
        }

        @Override
        public byte[] call(int op, byte[] name) {
            return ("hello " + new String(name, UTF_8)).getBytes(UTF_8);
        }
    }

    @Test
    void theExampleOfTheReadmeGreets() {
        try (Cluster cluster = new InJvmCluster(Optional.empty())) {
            ServiceRef greeter =
                    cluster.spawn(
                            ServiceSpec.named("greeter", Greeter.Factory.class)
                                    .replicas(2)
                                    .build());
            byte[] answer =
                    cluster.call(
                                    greeter,
                                    Request.of(1, "you".getBytes(UTF_8))
                                            .within(Duration.ofSeconds(30))
                                            .retried())
                            .join();
            assertThat(new String(answer, UTF_8)).isEqualTo("hello you");
        }
    }
}
