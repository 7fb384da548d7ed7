package dev.mobula.cluster.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/// Where a command writes, and who reads it there.
///
/// @param out answers
/// @param err errors and progress
/// @param coloured whether answers go to a terminal that shows colours
/// @param watched whether errors and progress go to a terminal
record Console(PrintWriter out, PrintWriter err, boolean coloured, boolean watched) {

    /// The process's own streams; the launcher knows which of them are terminals.
    static Console ofProcess() {
        return new Console(
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                Boolean.getBoolean("mobula.out.terminal") && System.getenv("NO_COLOR") == null,
                Boolean.getBoolean("mobula.err.terminal"));
    }

    Ansi ansi() {
        return coloured ? Ansi.ON : Ansi.OFF;
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    /// Says something to those who wait, and nothing to a program that reads the answer.
    void note(String line) {
        err.println(line);
        err.flush();
    }
}
