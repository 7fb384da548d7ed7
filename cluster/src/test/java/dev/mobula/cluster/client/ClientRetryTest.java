package dev.mobula.cluster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClientRetryTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    /// A client of a gateway that fails like this so often, and then finds nothing.
    private MobulaClient clientOf(Failure failure, int times) throws IOException {
        Route route =
                Route.post(
                        "/v1/search",
                        Scope.FEED,
                        exchange -> {
                            if (asked.incrementAndGet() <= times) {
                                throw new CallException(failure, "shard=3: " + failure);
                            }
                            return Answer.ok(new Calls.Found(List.of(), java.util.Map.of()));
                        });
        Gateway gateway =
                Gateway.start(GatewayOptions.onLoopback(0), List.of(route), System::nanoTime);
        open.add(gateway);
        return client(gateway.port());
    }

    private MobulaClient client(int port) {
        ClientOptions options =
                ClientOptions.of(URI.create("http://127.0.0.1:" + port))
                        .withTries(4, Duration.ofMillis(100));
        MobulaClient client = MobulaClient.of(options, pauses::add, new SplittableRandom(1));
        open.add(client);
        return client;
    }

    @Test
    void whatMaySucceedLaterIsTriedAgainAfterGrowingPauses() throws Exception {
        assertThat(clientOf(Failure.UNAVAILABLE, 3).search("a", 1).ids()).isEmpty();
        assertThat(asked).hasValue(4);
        assertThat(pauses).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(pauses.get(i)).isLessThanOrEqualTo(Duration.ofMillis(100L << i));
        }
    }

    @Test
    void thePauseIsAsLongAsAnOverloadedEngineAsksFor() throws Exception {
        clientOf(Failure.OVERLOADED, 1).search("a", 1);
        assertThat(pauses).singleElement().isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void itGivesUpWithTheEnginesOwnProblem() throws Exception {
        MobulaClient client = clientOf(Failure.TIMEOUT, 99);
        ClientException failed =
                catchThrowableOfType(ClientException.class, () -> client.search("a", 1));
        assertThat(asked).hasValue(4);
        assertThat(failed.status()).isEqualTo(504);
        assertThat(failed.problem().orElseThrow().field()).isEqualTo("shard");
        assertThat(failed.retryable()).isTrue();
    }

    @Test
    void whatIsRefusedOrBrokenIsNotTriedAgain() throws Exception {
        MobulaClient client = clientOf(Failure.REFUSED, 99);
        ClientException failed =
                catchThrowableOfType(ClientException.class, () -> client.search("a", 1));
        assertThat(failed.status()).isEqualTo(422);
        assertThat(asked).hasValue(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void anEngineThatIsAwayIsTriedAgainToo() throws Exception {
        int port;
        try (Gateway gone =
                Gateway.start(GatewayOptions.onLoopback(0), List.of(), System::nanoTime)) {
            port = gone.port();
        }
        MobulaClient client = client(port);
        ClientException failed =
                catchThrowableOfType(ClientException.class, () -> client.search("a", 1));
        assertThat(failed.status()).isZero();
        assertThat(pauses).hasSize(3);
    }
}
