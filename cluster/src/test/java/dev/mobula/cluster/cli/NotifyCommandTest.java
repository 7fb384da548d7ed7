package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotifyCommandTest {
    @TempDir private Path folder;

    private final Said said = new Said(NotifyCommand::of);

    @Test
    void aQuarterIsSimulatedAndToldAsATable() {
        said.run("simulate", "--users", 300, "--seeds", 1);
        assertThat(said.out())
                .contains("UPLIFT_LIFETIME", "reachable %")
                .contains("\"name\":\"notify-simulate\"");
        assertThat(said.run("simulate", "--seeds", 0)).isNotZero();
        assertThat(said.err()).contains("--seeds 0");
    }

    @Test
    void daysUnderSharedBudgetsAreSimulatedAndNoBudgetIsOverspent() {
        said.run("simulate", "--day", "--users", 1_500);
        assertThat(said.out())
                .contains("a rush it misses", "first come %")
                .contains("\"name\":\"the fullest budget\"")
                .contains("\"name\":\"notify-simulate\"");
    }

    @Test
    void policiesDecisionsAndPausesAreAskedOfTheEngine() throws IOException {
        List<Route> routes =
                List.of(
                        Route.put(
                                "/v1/notifications/policies",
                                Scope.ADMIN,
                                exchange -> Answer.ok(exchange.body(Map.class))),
                        Route.post(
                                "/v1/notifications/pause",
                                Scope.ADMIN,
                                exchange -> Answer.ok(exchange.body(Map.class))),
                        Route.get(
                                "/v1/notifications/explain",
                                Scope.ADMIN,
                                exchange ->
                                        Answer.ok(
                                                Map.of(
                                                        "id",
                                                        exchange.query("decisionId")
                                                                .orElseThrow()))));
        try (Gateway gateway =
                Gateway.start(GatewayOptions.onLoopback(0), routes, System::nanoTime)) {
            String url = "http://127.0.0.1:" + gateway.port();
            Path policy = Files.writeString(folder.resolve("p.json"), "{\"version\": 2}");
            assertThat(said.run("policy", "--url", url, "--set", policy, "--dry-run")).isZero();
            assertThat(said.out()).contains("\"dryRun\":true", "\"version\":2");
            assertThat(said.run("pause", "--url", url, "--tenant", "acme")).isZero();
            assertThat(said.out()).contains("\"paused\":true", "acme");
            assertThat(said.run("explain", "--url", url, "default~2~a&b")).isZero();
            assertThat(said.out()).contains("default~2~a&b");
            assertThat(said.run("prices", "--url", url)).isNotZero();
            assertThat(said.err()).contains("404");
        }
    }

    @Test
    void whatCannotBeAskedIsNamed() {
        assertThat(said.run("policy", "--url", "http://127.0.0.1:1", "--dry-run")).isNotZero();
        assertThat(said.err()).contains("--set");
        assertThat(said.run("prices", "--url", "nowhere")).isNotZero();
        assertThat(said.err()).contains("--url nowhere");
        assertThat(said.run("policy", "--url", "http://127.0.0.1:1")).isNotZero();
        assertThat(said.err()).contains("does not answer");
    }
}
