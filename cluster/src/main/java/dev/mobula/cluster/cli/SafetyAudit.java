package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.safety.audit.AuditEntry;
import dev.mobula.actors.safety.audit.AuditRow;
import dev.mobula.actors.safety.audit.AuditVerifier;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `safety audit`: the log of decisions, its head, and whether it is what it was.
@Command(
        name = "audit",
        description = "Verify the log of decisions against a head that was exported before.",
        commandListHeading = "%nCommands:%n")
final class SafetyAudit implements Runnable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAGE = 500;

    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new SafetyAudit())
                .addSubcommand(new Head(console))
                .addSubcommand(new Export(console))
                .addSubcommand(new Verify(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one of head, export and verify?");
    }

    /// Shows every row of the running engine's log, in order.
    private static void read(EngineCall engine, Console console, Consumer<AuditRow> visitor)
            throws IOException {
        long after = 0;
        long rows = 0;
        while (true) {
            String answer =
                    engine.get("/v1/audit", "after", Long.toString(after), "limit", "" + PAGE);
            JsonNode page = JSON.readTree(answer).path("rows");
            if (page.isEmpty()) {
                return;
            }
            for (JsonNode one : page) {
                AuditRow row = JSON.treeToValue(one, AuditRow.class);
                visitor.accept(row);
                after = row.entry().sequence();
            }
            rows += page.size();
            console.note(rows + " links read");
        }
    }

    /// `safety audit head`: what an auditor keeps.
    @Command(
            name = "head",
            description = "Print the hash of the log's last link, to be kept elsewhere.")
    static final class Head implements Callable<Integer> {
        private final Console console;

        @Mixin private EngineCall engine = new EngineCall();

        Head(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            console.say(JSON.readTree(engine.get("/v1/audit/head")).path("head").asText());
            return 0;
        }
    }

    /// `safety audit export`: the log as a file.
    @Command(name = "export", description = "Write the log to a file, a link in JSON on each line.")
    static final class Export implements Callable<Integer> {
        private final Console console;

        @Mixin private EngineCall engine = new EngineCall();

        @Option(names = "--file", paramLabel = "FILE", required = true, description = "The file.")
        private Path file = Path.of("");

        Export(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            String[] head = {AuditEntry.NOTHING_BEFORE};
            try (BufferedWriter out = Files.newBufferedWriter(file)) {
                read(
                        engine,
                        console,
                        row -> {
                            try {
                                out.write(JSON.writeValueAsString(row));
                                out.newLine();
                            } catch (IOException failed) {
                                throw new UncheckedIOException(failed);
                            }
                            head[0] = row.entry().hash();
                        });
            }
            console.say("head " + head[0]);
            return 0;
        }
    }

    /// `safety audit verify`: exit code 1 when anything was edited, taken out or cut off.
    @Command(
            name = "verify",
            description = {
                "Read the whole log and compute every hash anew: of a running engine (--url), or of an exported file (--file).",
                "Exit code 1, and where, when anything was edited, removed or cut off since the head was exported."
            })
    static final class Verify implements Callable<Integer> {
        private final Console console;

        @CommandLine.ArgGroup(exclusive = true, multiplicity = "1")
        private Where where = new Where();

        @Option(
                names = "--head",
                paramLabel = "HASH",
                description =
                        "A head that was exported before; without one, a cut end cannot be seen.")
        private @Nullable String head;

        /// Where the log is.
        static final class Where {
            @CommandLine.ArgGroup(exclusive = false)
            private @Nullable EngineCall engine;

            @Option(
                    names = "--file",
                    paramLabel = "FILE",
                    description = "A file that export has written.")
            private @Nullable Path file;
        }

        Verify(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            AuditVerifier verifier = new AuditVerifier(Optional.ofNullable(head));
            EngineCall engine = where.engine;
            Path file = where.file;
            if (engine != null) {
                read(engine, console, verifier::accept);
            } else if (file != null) {
                readFile(file, verifier);
            }
            AuditVerifier.Findings found = verifier.finish();
            List<String> faults = found.faults();
            faults.forEach(console::say);
            console.say(
                    found.entries()
                            + " links, head "
                            + found.head()
                            + (found.sound() ? ": sound" : ": NOT sound"));
            return found.sound() ? 0 : 1;
        }

        private static void readFile(Path file, AuditVerifier verifier) throws IOException {
            try (BufferedReader in = Files.newBufferedReader(file)) {
                int number = 0;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    number++;
                    try {
                        verifier.accept(JSON.readValue(line, AuditRow.class));
                    } catch (IOException | IllegalArgumentException bad) {
                        throw new CommandFailure(
                                file
                                        + ", line "
                                        + number
                                        + ": is no link of the log: "
                                        + bad.getMessage());
                    }
                }
            }
        }
    }
}
