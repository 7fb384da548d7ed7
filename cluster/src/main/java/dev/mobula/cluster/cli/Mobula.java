package dev.mobula.cluster.cli;

import dev.mobula.actors.nodes.NodeException;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.Benches;
import dev.mobula.cluster.doctor.Machine;
import dev.mobula.cluster.doctor.ThisMachine;
import dev.mobula.cluster.evaluate.Evaluations;
import dev.mobula.cluster.local.ClusterException;
import dev.mobula.cluster.local.ClusterView;
import dev.mobula.cluster.local.LocalClusters;
import dev.mobula.cluster.local.RayView;
import dev.mobula.ranking.RankingException;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line of Mobula.
@Command(
        name = "mobula",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula COMMAND [OPTIONS]",
        description = "A distributed recommendation engine on Ray.",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footer = "%n./mobula COMMAND --help tells more about one of them.",
        versionProvider = VersionText.class)
public final class Mobula implements Runnable {
    private static final Set<String> LOG_LEVELS = Set.of("error", "warn", "info", "debug", "trace");

    @Spec private CommandSpec spec;

    private Mobula() {
        spec = CommandSpec.create();
    }

    public static void main(String[] arguments) {
        Path home = home();
        LocalClusters clusters = new LocalClusters(home, RayInstallation::find, new SecureRandom());
        CommandLine line =
                commandLine(
                        Console.ofProcess(),
                        new ThisMachine(),
                        clusters,
                        Optional.of(RayView::open),
                        home,
                        benchesFor(arguments));
        System.exit(run(line, arguments));
    }

    /// The command line over what it acts on.
    static CommandLine commandLine(
            Console console,
            Machine machine,
            LocalClusters clusters,
            Optional<ClusterView.Opener> views,
            Path home,
            List<Bench> benches) {
        CommandLine cluster =
                new CommandLine(new ClusterCommand())
                        .addSubcommand(new ClusterUp(console, clusters))
                        .addSubcommand(new ClusterJoin(console, clusters))
                        .addSubcommand(new ClusterStatus(console, clusters, views))
                        .addSubcommand(new ClusterDown(console, clusters));
        CommandLine line =
                new CommandLine(new Mobula())
                        .addSubcommand(new HelpCommand())
                        .addSubcommand(new DemoCommand(console))
                        .addSubcommand(new ServeCommand(console))
                        .addSubcommand(ConfigCommand.of(console))
                        .addSubcommand(new LoadCommand(console))
                        .addSubcommand(new BackupCommand(console, InstantSource.system()))
                        .addSubcommand(new RestoreCommand(console))
                        .addSubcommand(new DoctorCommand(console, machine))
                        .addSubcommand(new TestCommand())
                        .addSubcommand(cluster)
                        .addSubcommand(KeysCommand.of(console, new SecureRandom()))
                        .addSubcommand(IndexCommand.of(console))
                        .addSubcommand(new SearchCommand(console))
                        .addSubcommand(RankCommand.of(console))
                        .addSubcommand(WorldCommand.of(console))
                        .addSubcommand(NotifyCommand.of(console))
                        .addSubcommand(DataCommand.of(console))
                        .addSubcommand(ExperimentCommand.of(console))
                        .addSubcommand(new TrainCommand(console, home))
                        .addSubcommand(RunsCommand.of(console, home))
                        .addSubcommand(new LoopCommand(console))
                        .addSubcommand(BundleCommand.of(console, home))
                        .addSubcommand(SafetyCommand.of(console, home))
                        .addSubcommand(BenchCommand.of(console, home, benches))
                        .addSubcommand(EvaluateCommand.of(console, Evaluations.all()));
        line.getCommandSpec()
                .addOption(
                        OptionSpec.builder("-V", "--version")
                                .versionHelp(true)
                                .description("The versions of Mobula, its JDK and its Ray.")
                                .build());
        addCommonOptions(line);
        return line.setOut(console.out())
                .setErr(console.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(console.ansi()))
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Mobula::wrongUsage)
                .setExecutionExceptionHandler(Mobula::failure)
                .setExitCodeExceptionMapper(failure -> ExitCode.SOFTWARE);
    }

    private static void addCommonOptions(CommandLine line) {
        if (!(line.getCommand() instanceof HelpCommand)) {
            line.getCommandSpec()
                    .addOption(
                            OptionSpec.builder("-h", "--help")
                                    .usageHelp(true)
                                    .description("This text.")
                                    .build())
                    .addOption(
                            OptionSpec.builder("-v", "--verbose")
                                    .description("Log more, and show where an error comes from.")
                                    .build());
        }
        line.getSubcommands().values().forEach(Mobula::addCommonOptions);
    }

    static int run(CommandLine line, String... arguments) {
        if (Arrays.asList(arguments).contains("--verbose")
                || Arrays.asList(arguments).contains("-v")) {
            System.setProperty("mobula.log", "info");
        }
        String level = System.getenv("MOBULA_LOG");
        if (level != null && !LOG_LEVELS.contains(level)) {
            line.getErr().println("mobula: MOBULA_LOG=" + level + " is none of " + LOG_LEVELS);
            return ExitCode.USAGE;
        }
        return line.execute(arguments);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    // A benchmark is made of all that it measures: it is not loaded for commands that do not name
    // it.
    private static List<Bench> benchesFor(String[] arguments) {
        return Arrays.asList(arguments).contains("bench") ? Benches.all() : List.of();
    }

    private static Path home() {
        String home = System.getenv("MOBULA_HOME");
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".mobula")
                : Path.of(home);
    }

    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        String command = line.getCommandSpec().qualifiedName();
        line.getErr().println(command + ": " + message(wrong));
        line.getErr().println("see ./" + command + " --help");
        line.getErr().flush();
        return ExitCode.USAGE;
    }

    private static String message(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(wrong.getMessage());
        }
        String first = unmatched.getUnmatched().getFirst();
        String near =
                unmatched.getSuggestions().isEmpty()
                        ? ""
                        : "; did you mean " + unmatched.getSuggestions().getFirst() + "?";
        return first + " is not one of its commands or options" + near;
    }

    private static int failure(Exception failure, CommandLine line, ParseResult parsed) {
        boolean expected =
                failure instanceof CommandFailure
                        || failure instanceof ClusterException
                        || failure instanceof RankingException
                        || failure instanceof RetrievalException
                        || failure instanceof TrainingException
                        || failure instanceof NodeException
                        || failure instanceof IOException;
        String command = line.getCommandSpec().qualifiedName();
        line.getErr().println(command + ": " + (expected ? text(failure) : failure));
        if (line.getParseResult().hasMatchedOption("--verbose")) {
            failure.printStackTrace(line.getErr());
        } else if (!expected) {
            line.getErr().println("run it again with --verbose to see where this comes from");
        }
        line.getErr().flush();
        return ExitCode.SOFTWARE;
    }

    private static String text(Exception failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> denied.getFile() + " may not be opened";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
