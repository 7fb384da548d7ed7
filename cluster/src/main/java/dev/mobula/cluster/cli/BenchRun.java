package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bench NAME`: runs one benchmark and prints what it found.
@Command(footer = "%nExit code: 1 when a check does not hold.")
final class BenchRun implements Callable<Integer> {
    private final Console console;
    private final Path home;
    private final Bench bench;

    @Option(names = "--quick", description = "End within a minute.")
    private boolean quick;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            arity = "0..1",
            fallbackValue = "9",
            description = "Run for so long (9) and report the slope of memory.")
    private @Nullable Integer soakMinutes;

    @Option(
            names = "--prepare",
            description = "Only make and keep what takes longer than a run; can be resumed.")
    private boolean prepare;

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            split = ",",
            description = "Measure this peer in the same run, installed on first use.")
    private List<String> peers = List.of();

    @Option(names = "--ray", description = "Run on a real Ray cluster.")
    private boolean ray;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the JSON object to a file as well.")
    private @Nullable Path json;

    BenchRun(Console console, Path home, Bench bench) {
        this.console = console;
        this.home = home;
        this.bench = bench;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (soakMinutes != null && soakMinutes < 1) {
            throw new CommandFailure("--soak " + soakMinutes + ": 1 minute or more");
        }
        Report report = bench.run(context());
        console.say(report.text());
        if (json != null) {
            Files.writeString(json, report.json() + "\n");
        }
        console.say(report.json());
        if (report.failed() > 0) {
            console.note(report.failed() + " of " + report.checks().size() + " checks do not hold");
            return 1;
        }
        return 0;
    }

    private BenchContext context() {
        return new BenchContext(
                quick,
                Optional.ofNullable(soakMinutes).map(Duration::ofMinutes),
                prepare,
                Set.copyOf(peers),
                ray,
                home.resolve("bench").resolve(bench.name()),
                Path.of(System.getProperty("mobula.checkout", ".")),
                console.watched());
    }
}
