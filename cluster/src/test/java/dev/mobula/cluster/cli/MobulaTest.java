package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.doctor.FakeMachine;
import dev.mobula.cluster.local.LocalClusters;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Option;

final class MobulaTest {
    private final FakeMachine machine = new FakeMachine();
    private final CountingBench bench = new CountingBench();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path home;

    @Test
    void helpListsTheCommandsAndEveryCommandHasItsOwn() {
        assertThat(run("help")).isZero();
        assertThat(out.toString()).contains("doctor", "test", "cluster", "bench");

        for (String command :
                List.of(
                        "doctor",
                        "cluster",
                        "cluster up",
                        "cluster join x",
                        "cluster status",
                        "cluster down",
                        "bench",
                        "bench counting")) {
            out.getBuffer().setLength(0);
            assertThat(run((command + " --help").split(" ", -1))).as(command).isZero();
            assertThat(out.toString()).as(command).contains("Usage:", "--help");
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aWrongCommandIsNamedWithTheRightOne() {
        assertThat(run("docto")).isEqualTo(2);
        assertThat(err.toString()).contains("docto").contains("did you mean doctor?");
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void aWrongValueIsNamedWithItsOptionAndTheMend() {
        assertRefused("--nodes", "cluster", "up", "--nodes", "0");
        assertRefused("no size", "cluster", "up", "--object-store", "much");
        assertRefused("80MB or more", "cluster", "up", "--object-store", "1MB");
        assertRefused("--temp", "cluster", "up", "--temp", "/a/very/long/folder/for/a/socket");
        assertRefused("--token auto", "cluster", "up", "--host", "10.0.0.7");
        assertRefused("no IP address", "cluster", "up", "--host", "here", "--token", "auto");
        assertRefused("no name", "cluster", "up", "--name", "a b");
        assertRefused("host:port", "cluster", "join", "nowhere");
        assertRefused("up, join, status and down", "cluster");
    }

    @Test
    void anUnknownClusterIsAnExpectedFailure() {
        assertThat(run("cluster", "status")).isEqualTo(1);
        assertThat(err.toString()).contains("no cluster \"mobula\"").doesNotContain("\tat ");

        err.getBuffer().setLength(0);
        assertThat(run("cluster", "down", "--verbose")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat ");
    }

    @Test
    void theDoctorsExitCodeTellsWhetherMobulaWorks() throws Exception {
        assertThat(run("doctor")).isZero();
        assertThat(out.toString()).contains("ok").doesNotContain("->");

        machine.javaVersion = "21.0.1";
        out.getBuffer().setLength(0);
        assertThat(run("doctor", "--json")).isEqualTo(1);
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.at("/healthy").asBoolean(true)).isFalse();
        assertThat(answer.at("/findings/1/state").asText()).isEqualTo("FAIL");
    }

    @Test
    void aBenchEndsOnOneLineOfJsonAndWritesItToAFile() throws Exception {
        Path file = home.resolve("report.json");

        assertThat(run("bench", "counting", "--quick", "--rounds", "7", "--json", file + ""))
                .isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(new ObjectMapper().readTree(lines.getLast()).at("/figures/rounds").asInt())
                .isEqualTo(7);
        assertThat(file).content().isEqualTo(lines.getLast() + "\n");
        assertThat(bench.quick).isTrue();
    }

    @Test
    void aCheckThatDoesNotHoldIsTheExitCode() {
        assertThat(run("bench", "counting", "--rounds", "1")).isEqualTo(1);
        assertThat(err.toString()).contains("1 of 1 checks do not hold");
    }

    @Test
    void benchListsTheBenches() {
        assertThat(run("bench")).isZero();
        assertThat(out.toString()).isEqualTo("counting  how far it counts\n");
    }

    private void assertRefused(String mend, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(mend);
        assertThat(err.toString().lines()).hasSize(2);
    }

    private int run(String... arguments) {
        Console console =
                new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false);
        LocalClusters clusters =
                new LocalClusters(home, RayInstallation::find, new SplittableRandom(1));
        CommandLine line =
                Mobula.commandLine(
                        console, machine, clusters, Optional.empty(), home, List.of(bench));
        return Mobula.run(line, arguments);
    }

    private static final class CountingBench implements Bench {
        @Option(names = "--rounds", description = "How far.")
        private int rounds = 3;

        private boolean quick;

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public String summary() {
            return "how far it counts";
        }

        @Override
        public Report run(BenchContext context) {
            quick = context.quick();
            return new Report(name())
                    .figure("rounds", rounds)
                    .check(Check.atLeast("rounds", rounds, "", 2));
        }
    }
}
