package dev.mobula.cluster.cli;

import dev.mobula.actors.feed.FeedParameters;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.experiment.Arm;
import dev.mobula.ranking.experiment.Comparison;
import dev.mobula.ranking.experiment.Experiment;
import dev.mobula.ranking.experiment.ExperimentPlan;
import dev.mobula.training.experiment.ExperimentReport;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `experiment`: plans of experiments, and what they did.
@Command(
        name = "experiment",
        description = "Check a plan of experiments, and show what an experiment did.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "%nA PLAN is a JSON file:",
            "  {\"holdout\": 0.05, \"experiments\": [{\"name\": \"caps\", \"layer\": \"page\", \"slots\": [0, 500],",
            "    \"start\": \"2030-01-01T00:00:00Z\", \"end\": \"2030-02-01T00:00:00Z\",",
            "    \"arms\": [{\"name\": \"control\"}, {\"name\": \"one\", \"parameters\": {\"perAuthorMax\": \"1\"}}]}]}",
            "The first arm is the control. A layer has 1000 slots, each a thousandth of the users."
        })
final class ExperimentCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new ExperimentCommand())
                .addSubcommand(new Check(console))
                .addSubcommand(new Show(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one of check and show?");
    }

    private static ExperimentPlan plan(Path file) {
        try {
            return ExperimentPlan.parse(
                    Files.readString(file),
                    FeedParameters.all(FeedSettings.within(Duration.ofSeconds(1))));
        } catch (IOException unreadable) {
            throw new CommandFailure("plan " + file + ": " + unreadable);
        }
    }

    /// `experiment check`: whether a plan can be put in force.
    @Command(
            name = "check",
            description =
                    "Check a plan: names, parameters, shares, and experiments with each other.")
    static final class Check implements Callable<Integer> {
        private final Console console;

        @Parameters(paramLabel = "PLAN", description = "The plan's file.")
        private Path file = Path.of("");

        Check(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            ExperimentPlan plan = plan(file);
            Table table = Table.of("experiment", "layer", "slots", "from", "to", "arms");
            for (Experiment one : plan.experiments()) {
                table.row(
                        one.name(),
                        one.layer(),
                        one.slotFrom() + ".." + one.slotTo(),
                        Instant.ofEpochMilli(one.startMillis()),
                        Instant.ofEpochMilli(one.endMillis()),
                        String.join(", ", one.arms().stream().map(Arm::name).toList()));
            }
            console.say(table.text());
            console.say("held out of all: " + percent(plan.holdoutShare()));
            return 0;
        }
    }

    /// `experiment show`: an experiment's arms against its control.
    @Command(
            name = "show",
            description =
                    "Show an experiment's arms from the logs: users, the metric, each arm's difference from the control with"
                            + " its 95 % interval, and whether users fell into the arms as planned.",
            footer =
                    "%nExit code: 1 when users did not fall into the arms as planned: then no number can be trusted.")
    static final class Show implements Callable<Integer> {
        private final Console console;

        @Parameters(index = "0", paramLabel = "PLAN", description = "The plan's file.")
        private Path file = Path.of("");

        @Parameters(index = "1", paramLabel = "NAME", description = "The experiment.")
        private String name = "";

        @Option(
                names = "--impressions",
                paramLabel = "FOLDER",
                required = true,
                description = "The impression log.")
        private Path impressions = Path.of("");

        @Option(
                names = "--events",
                paramLabel = "FOLDER",
                required = true,
                description = "The event log, which has the feedback.")
        private Path events = Path.of("");

        @Option(
                names = "--metric",
                paramLabel = "KIND",
                defaultValue = "click",
                description = "The kind of event that counts (click).")
        private String metric = "";

        @Option(
                names = "--per",
                paramLabel = "shown|user",
                defaultValue = "shown",
                description = "What it is divided by: items shown, or users (shown).")
        private String per = "";

        @Spec private CommandSpec spec = CommandSpec.create();

        Show(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            Experiment experiment =
                    plan(file).experiments().stream()
                            .filter(one -> one.name().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new CommandFailure(
                                                    "NAME=" + name + " is not in " + file));
            ExperimentReport report =
                    ExperimentReport.of(
                            experiment,
                            LogView.open(impressions.resolve("pages")),
                            LogView.open(EventLog.feedback(events)),
                            metric,
                            base());
            console.say(name + ": " + metric + " per " + per);
            console.say(table(report).text());
            return trusted(report) ? 0 : 1;
        }

        private ExperimentReport.Base base() {
            return switch (per) {
                case "shown" -> ExperimentReport.Base.SHOWN;
                case "user" -> ExperimentReport.Base.USER;
                default ->
                        throw new ParameterException(
                                spec.commandLine(), "--per=" + per + " is neither shown nor user");
            };
        }

        private static Table table(ExperimentReport report) {
            Table table =
                    Table.of(
                            "arm", "users", "shown", "value", "difference", "95 %", "relative", "");
            for (ExperimentReport.ArmResult arm : report.arms()) {
                Comparison with = arm.comparison().orElse(null);
                boolean isControl = arm.equals(report.arms().getFirst());
                table.row(
                        arm.arm(),
                        arm.users(),
                        arm.shown(),
                        number(arm.value()),
                        with == null ? "" : number(with.difference()),
                        with == null ? "" : number(with.lower()) + " .. " + number(with.upper()),
                        with == null ? "" : percent(with.relative()),
                        with == null
                                ? (isControl ? "control" : "too few users")
                                : with.isSignificant() ? "differs" : "");
            }
            return table;
        }

        private boolean trusted(ExperimentReport report) {
            if (report.usersInTwoArms() > 0) {
                console.note(report.usersInTwoArms() + " pages show a user in another arm before");
            }
            if (report.sampleRatio().isBroken()) {
                console.note(
                        "users did not fall into the arms as planned: p="
                                + number(report.sampleRatio().probability()));
            }
            return !report.sampleRatio().isBroken() && report.usersInTwoArms() == 0;
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
