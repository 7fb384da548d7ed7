package dev.mobula.cluster.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Function;
import picocli.CommandLine;

/// Runs commands and keeps what they said.
final class Said {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Function<Console, CommandLine> commands;

    Said(Function<Console, CommandLine> commands) {
        this.commands = commands;
    }

    /// The exit code of a command.
    int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Console console =
                new Console(new PrintWriter(out, true), new PrintWriter(err, true), false, false);
        CommandLine line = commands.apply(console);
        line.setOut(console.out());
        line.setErr(console.err());
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    err.append(failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        return line.execute(texts);
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
