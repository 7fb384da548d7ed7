package dev.mobula.cluster.cli;

import dev.mobula.cluster.config.ConfigFile;
import dev.mobula.cluster.config.ConfigProblem;
import dev.mobula.cluster.config.ConfigText;
import dev.mobula.cluster.engine.EngineSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `config`: the group of commands about an engine's configuration.
@Command(
        name = "config",
        description = "Check an engine's configuration, or show one.",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula config COMMAND [OPTIONS]",
        commandListHeading = "%nCommands:%n")
final class ConfigCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new ConfigCommand())
                .addSubcommand(new Check(console))
                .addSubcommand(new Show(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one of check and show?");
    }

    /// Reads a configuration; all that is wrong with it is one failure.
    static EngineSettings read(Path file) throws IOException {
        ConfigFile.Read<EngineSettings> read = ConfigFile.read(file, EngineSettings.DEFAULT);
        return read.settings()
                .orElseThrow(
                        () ->
                                new CommandFailure(
                                        read.problems().stream()
                                                .map(ConfigProblem::toString)
                                                .collect(Collectors.joining("\n"))));
    }

    /// `config check`: everything that is wrong with a file.
    @Command(
            name = "check",
            description = "Say everything that is wrong with a configuration, key by key.")
    static final class Check implements Callable<Integer> {
        private final Console console;

        @Parameters(index = "0", paramLabel = "FILE", description = "The configuration.")
        private Path file = Path.of("");

        Check(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            ConfigFile.Read<EngineSettings> read = ConfigFile.read(file, EngineSettings.DEFAULT);
            read.problems().forEach(problem -> console.say(problem.toString()));
            if (read.settings().isEmpty()) {
                return 1;
            }
            try {
                read.settings().get().requireUsable();
            } catch (IllegalArgumentException refused) {
                console.say(file + ": " + refused.getMessage());
                return 1;
            }
            console.say(file + ": every key is right");
            return 0;
        }
    }

    /// `config show`: every key, explained.
    @Command(
            name = "show",
            description = "Print every key with what it means: the defaults, or a file's values.")
    static final class Show implements Callable<Integer> {
        private final Console console;

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "FILE",
                description = "A configuration to show whole; the defaults unless told.")
        private @Nullable Path file;

        Show(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            console.say(ConfigText.of(file == null ? EngineSettings.DEFAULT : read(file)).strip());
            return 0;
        }
    }
}
