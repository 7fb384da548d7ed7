package dev.mobula.cluster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `notify pause`: stops all of a tenant's messages but critical ones.
@Command(
        name = "pause",
        description = "Stop all of a tenant's messages but critical ones, or let them go on.")
final class NotifyPause implements Callable<Integer> {
    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    @Option(
            names = "--tenant",
            defaultValue = "default",
            description = "Whose messages (${DEFAULT-VALUE}).")
    private String tenant = "default";

    @Option(names = "--resume", description = "Let them go on.")
    private boolean resume;

    NotifyPause(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!tenant.matches("[\\w.:/@+=-]+")) {
            throw new CommandFailure("--tenant " + tenant + ": must be a plain name");
        }
        console.say(
                engine.send(
                        "POST",
                        "/v1/notifications/pause",
                        "{\"tenant\":\"" + tenant + "\",\"paused\":" + !resume + "}"));
        return 0;
    }
}
