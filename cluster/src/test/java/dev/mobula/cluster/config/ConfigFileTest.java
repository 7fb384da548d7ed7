package dev.mobula.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.cluster.engine.EngineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigFileTest {
    private static ConfigFile.Read<EngineSettings> parse(String text) {
        return ConfigFile.parse("engine.yaml", text, EngineSettings.DEFAULT);
    }

    private static List<String> problems(String text) {
        return parse(text).problems().stream().map(ConfigProblem::toString).toList();
    }

    @Test
    void theWrittenDefaultsReadBackAsTheDefaults() {
        String written = ConfigText.of(EngineSettings.DEFAULT);
        assertThat(parse(written).settings()).contains(EngineSettings.DEFAULT);
        assertThat(written).contains("# The port to listen on; 0 for a free one. (0 to 65535)");
        assertThat(written.lines()).allMatch(line -> line.length() <= 110);
    }

    @Test
    void whatIsNotSaidKeepsItsDefaultAndTheRestIsTaken() {
        EngineSettings read =
                parse(
                                """
                                items:
                                  dimension: 8
                                  metric: cosine
                                  attributes:
                                    - {name: language, kind: text}
                                    - {name: surface, kind: flags, words: [home, video]}
                                gateway:
                                  tls: {keyStore: a.p12, passwordFile: a.txt}
                                feed: {budget: 2s}
                                """)
                        .settings()
                        .orElseThrow();
        assertThat(read.items().dimension()).isEqualTo(8);
        assertThat(read.items().shards()).isEqualTo(EngineSettings.DEFAULT.items().shards());
        assertThat(read.items().attributes().get(1).words()).containsExactly("home", "video");
        assertThat(read.gateway().tls().orElseThrow().keyStore()).isEqualTo(Path.of("a.p12"));
        assertThat(read.feed().budget()).isEqualTo(Duration.ofSeconds(2));
        assertThat(parse(ConfigText.of(read)).settings()).contains(read);
    }

    @Test
    void everyBadKeyIsNamedAtOnceWithItsLineAndTheNearestRightKey() {
        assertThat(
                        problems(
                                """
                                items:
                                  dimenson: 64
                                  shards: 0
                                  metric: near
                                gatewey: {port: 1}
                                feed:
                                  dimension: 3
                                  budget: fast
                                  perAuthorMax: many
                                rankers:
                                  torch: 1
                                users: 4
                                """))
                .containsExactlyInAnyOrder(
                        "engine.yaml:2: items.dimenson=64: is not a key; did you mean items.dimension?",
                        "engine.yaml:3: items.shards=0: must be a whole number (1 to 256)",
                        "engine.yaml:4: items.metric=near: must be one of inner-product, cosine, squared-l2",
                        "engine.yaml:5: gatewey=a section: is not a key; did you mean gateway?",
                        "engine.yaml:7: feed.dimension=3: is not a key; did you mean items.dimension?",
                        "engine.yaml:8: feed.budget=fast: must be a duration such as 250ms, 10s, 5m, 6h or 7d"
                                + " (10ms to 1m)",
                        "engine.yaml:9: feed.perAuthorMax=many: must be a whole number (1 to 100)",
                        "engine.yaml:11: rankers.torch=1: must be true or false",
                        "engine.yaml:12: users=4: must be a section: key: value");
    }

    @Test
    void aKeyThatIsThereTwiceOrMissingIsNamed() {
        assertThat(problems("feed: {budget: 1s, budget: 2s}"))
                .containsExactly("engine.yaml:1: feed.budget: is there twice");
        assertThat(problems("gateway:\n  tls: {keyStore: a}\n"))
                .containsExactly("engine.yaml:2: gateway.tls.passwordFile: is missing");
        assertThat(problems("a: [")).singleElement().asString().contains("is no YAML");
        assertThat(parse("").settings()).contains(EngineSettings.DEFAULT);
    }

    @Test
    void aWholeNumberIsNotRoundedNorReadFromAnotherBase() {
        assertThat(problems("items: {shards: 1.5}")).singleElement().asString().contains("1.5");
        assertThat(problems("items: {shards: 1e1}")).singleElement().asString().contains("1e1");
        assertThat(problems("gateway: {port: 99999999999999999999}")).hasSize(1);
    }
}
