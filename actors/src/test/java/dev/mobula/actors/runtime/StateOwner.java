package dev.mobula.actors.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A process that owns a state directory and does what the test tells it, line by line.
final class StateOwner implements AutoCloseable {
    private static final String SUPERSEDED = "superseded";

    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    private StateOwner(Process process) {
        this.process = process;
        answers = process.inputReader();
        orders = process.outputWriter();
    }

    /// The child's side: claims, then answers "append" and "check" until its input ends.
    public static void main(String[] arguments) throws IOException {
        StateDirectory state = StateDirectory.claim(Path.of(arguments[0]), arguments[1]);
        state.onSuperseded(why -> System.out.println(SUPERSEDED));
        System.out.println(state.epoch());
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(obey(line, state));
        }
    }

    private static String obey(String line, StateDirectory state) throws IOException {
        if (line.startsWith("append ")) {
            Files.writeString(
                    state.path().resolve("journal"),
                    line.substring("append ".length()),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        try {
            state.requireOwned();
            return "owned";
        } catch (CallException fenced) {
            return fenced.failure() + " " + fenced.getMessage();
        }
    }

    static StateOwner start(Path root, String service) throws IOException {
        return new StateOwner(
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        StateOwner.class.getName(),
                                        root.toString(),
                                        service))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    String answer() throws IOException {
        return answers.readLine();
    }

    void order(String line) throws IOException {
        orders.write(line + "\n");
        orders.flush();
    }

    String ask(String line) throws IOException {
        order(line);
        return answer();
    }

    void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    /// What it says when it finds itself superseded.
    static String superseded() {
        return SUPERSEDED;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
