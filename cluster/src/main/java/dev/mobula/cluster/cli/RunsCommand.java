package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.TrainingException;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `runs`: the group of commands about training runs.
@Command(
        name = "runs",
        description = "List, show and compare training runs.",
        commandListHeading = "%nCommands:%n")
final class RunsCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    /// @param home under which the runs are, unless told
    static CommandLine of(Console console, Path home) {
        return new CommandLine(new RunsCommand())
                .addSubcommand(new ListRuns(console, home))
                .addSubcommand(new ShowRun(console, home))
                .addSubcommand(new CompareRuns(console, home));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one of list, show and compare?");
    }

    /// Where runs are kept.
    static final class RunsOption {
        @Option(
                names = "--runs",
                paramLabel = "FOLDER",
                description = "Where runs are kept (MOBULA_HOME/runs).")
        private @Nullable Path runs;

        Path folder(Path home) {
            return runs == null ? home.resolve("runs") : runs;
        }
    }

    private static String state(RunFolder folder, RunRecord record) {
        String state = record.state().name().toLowerCase(Locale.ROOT);
        return record.state() == RunRecord.State.RUNNING && !folder.isHeld() ? "broken off" : state;
    }

    /// `runs list`: all of them.
    @Command(name = "list", description = "Show all runs, the newest first.")
    static final class ListRuns implements Callable<Integer> {
        private final Console console;
        private final Path home;

        @Mixin private RunsOption runs = new RunsOption();

        ListRuns(Console console, Path home) {
            this.console = console;
            this.home = home;
        }

        @Override
        public Integer call() {
            Path kept = runs.folder(home);
            Table table = Table.of("run", "task", "state", "steps", "loss", "started", "bundle");
            for (RunRecord record : RunFolder.list(kept)) {
                table.row(
                        record.id(),
                        record.recipe(),
                        state(new RunFolder(kept.resolve(record.id())), record),
                        record.stepsDone() + "/" + record.stepsWanted(),
                        record.lastLoss(),
                        record.startedAtUtc(),
                        record.bundle().isEmpty() ? "" : record.bundle().substring(0, 12));
            }
            console.say(table.text());
            return 0;
        }
    }

    /// `runs show`: one of them.
    @Command(name = "show", description = "Show one run, and write its report anew.")
    static final class ShowRun implements Callable<Integer> {
        private final Console console;
        private final Path home;

        @Parameters(index = "0", paramLabel = "RUN", description = "The run's name.")
        private String id = "";

        @Mixin private RunsOption runs = new RunsOption();

        ShowRun(Console console, Path home) {
            this.console = console;
            this.home = home;
        }

        @Override
        public Integer call() {
            RunFolder folder = new RunFolder(runs.folder(home).resolve(id));
            RunRecord record = folder.require();
            Table table = Table.of("run", record.id());
            table.row("name", record.name());
            table.row("task", record.recipe());
            table.row("state", state(folder, record) + " " + record.message());
            table.row("steps", record.stepsDone() + " of " + record.stepsWanted());
            table.row("started", record.startedAtUtc());
            table.row("ended", record.endedAtUtc());
            table.row("description", record.description());
            table.row("code", record.code());
            new TreeMap<>(record.data()).forEach((name, print) -> table.row("data " + name, print));
            new TreeMap<>(record.environment()).forEach(table::row);
            table.row("bundle", record.bundle());
            console.say(table.text());
            Table metrics = Table.of("metric", "value");
            new TreeMap<>(record.metrics()).forEach(metrics::row);
            console.say(metrics.text());
            RunReport.write(folder);
            console.say("report " + folder.report());
            return 0;
        }
    }

    /// `runs compare`: several of them side by side.
    @Command(
            name = "compare",
            description = "Show runs side by side: metrics, and what of their lineage differs.")
    static final class CompareRuns implements Callable<Integer> {
        private final Console console;
        private final Path home;

        @Parameters(index = "0..*", paramLabel = "RUN", description = "Two runs or more.")
        private List<String> ids = List.of();

        @Mixin private RunsOption runs = new RunsOption();

        CompareRuns(Console console, Path home) {
            this.console = console;
            this.home = home;
        }

        @Override
        public Integer call() {
            if (ids.size() < 2) {
                throw TrainingException.invalid("RUN", ids, "name two or more");
            }
            List<RunRecord> records =
                    ids.stream()
                            .map(id -> new RunFolder(runs.folder(home).resolve(id)).require())
                            .toList();
            List<String> headings = new ArrayList<>(List.of(""));
            headings.addAll(ids);
            Table table = Table.of(headings.toArray(String[]::new));
            row(table, "state", records, record -> record.state());
            row(table, "steps", records, record -> record.stepsDone());
            row(table, "loss", records, record -> record.lastLoss());
            Set<String> names = new TreeSet<>();
            records.forEach(record -> names.addAll(record.metrics().keySet()));
            for (String name : names) {
                row(
                        table,
                        name,
                        records,
                        record ->
                                record.metrics().containsKey(name)
                                        ? record.metrics().getOrDefault(name, 0.0)
                                        : "-");
            }
            differing(table, "task", records, RunRecord::recipe);
            differing(table, "description", records, record -> start(record.description()));
            differing(table, "code", records, record -> start(record.code()));
            differing(table, "data", records, record -> new TreeMap<>(record.data()).toString());
            console.say(table.text());
            return 0;
        }

        private static String start(String digest) {
            return digest.substring(0, Math.min(12, digest.length()));
        }

        /// A run's value in one row.
        @FunctionalInterface
        private interface Cell {
            Object of(RunRecord record);
        }

        private static void row(Table table, String name, List<RunRecord> records, Cell cell) {
            List<Object> cells = new ArrayList<>(List.of(name));
            records.forEach(record -> cells.add(cell.of(record)));
            table.row(cells.toArray());
        }

        private static void differing(
                Table table, String name, List<RunRecord> records, Cell cell) {
            if (records.stream().map(cell::of).distinct().count() > 1) {
                row(table, name, records, cell);
            }
        }
    }
}
