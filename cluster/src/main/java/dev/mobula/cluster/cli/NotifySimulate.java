package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.budget.PacingStudy;
import dev.mobula.cluster.bench.budget.VolumeStudy;
import dev.mobula.cluster.report.Report;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `notify simulate`: what a volume of messages does to people over a quarter, or what prices make of a day.
@Command(
        name = "simulate",
        description = {
            "Let rules spend volumes of messages on simulated people, who come anyway or because of a message,"
                    + " tire of messages, and turn them off for good.",
            "Prints, for each volume and rule, how many more come in the last four weeks than without any"
                    + " message, and how many can still be reached.",
            "With --day, days of notifications under shared budgets instead: what following prices earns when the"
                    + " forecast is right, off by a third, off ten times, or misses a rush."
        })
final class NotifySimulate implements Callable<Integer> {
    private static final int SEEDS_MAX = 30;

    private final Console console;

    @Option(
            names = "--users",
            defaultValue = "40000",
            description = "Simulated people (${DEFAULT-VALUE}).")
    private int users;

    @Option(names = "--days", defaultValue = "84", description = "Days (${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--seeds", defaultValue = "3", description = "Worlds (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--day",
            description = "Days under shared budgets, with --users as opportunities of each.")
    private boolean day;

    NotifySimulate(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (seeds < 1 || seeds > SEEDS_MAX) {
            throw new CommandFailure("--seeds " + seeds + ": 1 to " + SEEDS_MAX);
        }
        Report report = new Report("notify-simulate");
        if (day) {
            PacingStudy.run(report, users);
        } else {
            VolumeStudy.run(report, users, days, seeds);
        }
        console.say(report.text());
        console.say(report.json());
        return report.failed() == 0 ? 0 : 1;
    }
}
