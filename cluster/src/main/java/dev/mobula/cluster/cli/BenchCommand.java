package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.Bench;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `bench`: lists the benchmarks; each of them is a command of its own below it.
@Command(
        name = "bench",
        description = "Measure: a table for people, and one JSON object as the last line.",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula bench NAME [OPTIONS]",
        commandListHeading = "%nBenchmarks:%n",
        footer = "%n./mobula bench NAME --help lists the options of one.")
final class BenchCommand implements Callable<Integer> {
    private final Console console;
    private final List<Bench> benches;

    private BenchCommand(Console console, List<Bench> benches) {
        this.console = console;
        this.benches = benches;
    }

    static CommandLine of(Console console, Path home, List<Bench> benches) {
        CommandLine line = new CommandLine(new BenchCommand(console, benches));
        for (Bench bench : benches) {
            BenchRun run = new BenchRun(console, home, bench);
            CommandLine.Model.CommandSpec spec =
                    CommandLine.Model.CommandSpec.forAnnotatedObject(run);
            spec.addMixin("bench", CommandLine.Model.CommandSpec.forAnnotatedObjectLenient(bench));
            spec.usageMessage().description(sentence(bench.summary()));
            line.addSubcommand(bench.name(), new CommandLine(spec));
        }
        return line;
    }

    @Override
    public Integer call() {
        int width = benches.stream().mapToInt(bench -> bench.name().length()).max().orElse(0);
        for (Bench bench : benches) {
            console.say(
                    bench.name()
                            + " ".repeat(width - bench.name().length())
                            + "  "
                            + bench.summary());
        }
        return 0;
    }

    private static String sentence(String summary) {
        return "Measures " + summary + ".";
    }
}
