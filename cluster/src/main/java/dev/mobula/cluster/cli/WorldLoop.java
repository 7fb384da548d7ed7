package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.world.LoopStudy;
import dev.mobula.cluster.report.Report;
import dev.mobula.training.closedloop.LoopSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `world loop`: what learning from what was served is truly worth, generation by generation.
@Command(
        name = "loop",
        description = {
            "Let policies live the same worlds: random, popularity, the engine with its first model, the"
                    + " engine that learns anew from what it served, and an oracle.",
            "Prints for every generation the true utility of a request, the regret against the best page"
                    + " of the same moments, and coverage, with 95 % intervals over seeds."
        },
        footer = "%nExit code: 1 when a check does not hold.")
final class WorldLoop implements Callable<Integer> {
    private static final int SEEDS_MAX = 30;

    private final Console console;

    @Option(
            names = "--users",
            defaultValue = "2000",
            description = "Users of a world (${DEFAULT-VALUE}).")
    private int users;

    @Option(
            names = "--items",
            defaultValue = "1200",
            description = "Items on offer at any time (${DEFAULT-VALUE}).")
    private int items;

    @Option(
            names = "--generations",
            defaultValue = "5",
            description = "Generations; the first is served by popularity (${DEFAULT-VALUE}).")
    private int generations;

    @Option(
            names = "--days",
            defaultValue = "2",
            description = "Days of a generation (${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--epochs",
            defaultValue = "2",
            description = "How often a model reads its log (${DEFAULT-VALUE}).")
    private int epochs;

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description = "How many worlds (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The first world's seed (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--judged-every",
            defaultValue = "20",
            description = "Compare one of so many requests with the oracle (${DEFAULT-VALUE}).")
    private int judgedEvery;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the JSON object to a file as well.")
    private @Nullable Path json;

    WorldLoop(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (seeds < 1 || seeds > SEEDS_MAX) {
            throw new CommandFailure("--seeds " + seeds + ": must be 1.." + SEEDS_MAX);
        }
        LoopSpec spec = new LoopSpec(users, items, generations, days, epochs, judgedEvery);
        Report report = new LoopStudy(spec, seed, seeds).run(console.watched());
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
}
