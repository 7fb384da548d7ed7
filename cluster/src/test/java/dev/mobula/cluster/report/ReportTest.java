package dev.mobula.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportTest {
    private final Report report =
            new Report("calls")
                    .table("calls", Table.of("kind", "us").row("in JVM", 7.5))
                    .figure("in_jvm_us", Map.of("p50", 7.5))
                    .check(Check.atMost("in JVM", 7.5, "us", 15))
                    .check(Check.atLeast("batching", 4, "x", 5))
                    .peers(Map.of("ray", "2.58.0"));

    @Test
    void isOneLineOfJsonWithChecksAndTheMachine() throws Exception {
        assertThat(report.json()).doesNotContain("\n");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.at("/name").asText()).isEqualTo("calls");
        assertThat(json.at("/figures/in_jvm_us/p50").asDouble()).isEqualTo(7.5);
        assertThat(json.at("/checks/0/holds").asBoolean()).isTrue();
        assertThat(json.at("/checks/1/name").asText()).isEqualTo("batching");
        assertThat(json.at("/checks/1/value").asDouble()).isEqualTo(4);
        assertThat(json.at("/checks/1/unit").asText()).isEqualTo("x");
        assertThat(json.at("/checks/1/goal").asText()).isEqualTo(">= 5");
        assertThat(json.at("/checks/1/holds").asBoolean()).isFalse();
        assertThat(json.at("/machine/cores").asInt()).isPositive();
        assertThat(json.at("/machine/jdk").asText()).contains("25");
        assertThat(json.at("/machine/peers/ray").asText()).isEqualTo("2.58.0");
    }

    @Test
    void tellsPeopleTheSame() {
        assertThat(report.text()).contains("in JVM", "7.50", "batching", "NO", "cores, JDK 25");
        assertThat(report.failed()).isEqualTo(1);
    }

    @Test
    void saysNothingTwice() {
        assertThatThrownBy(() -> report.check(Check.atMost("in JVM", 1, "us", 15)))
                .hasMessageContaining("in JVM");
        assertThatThrownBy(() -> report.figure("in_jvm_us", 1)).hasMessageContaining("in_jvm_us");
    }

    @Test
    void theWidestRegistersCount() {
        assertThat(MachineFacts.simdBits("fpu sse2 avx2 avx512f")).isEqualTo(512);
        assertThat(MachineFacts.simdBits("fpu sse2 avx2")).isEqualTo(256);
        assertThat(MachineFacts.simdBits("fp asimd")).isEqualTo(128);
        assertThat(MachineFacts.simdBits("")).isEqualTo(64);
    }
}
