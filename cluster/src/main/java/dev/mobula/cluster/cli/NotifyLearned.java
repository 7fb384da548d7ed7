package dev.mobula.cluster.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `notify learned`: the curves and rules that decisions were taught, and the way back.
@Command(
        name = "learned",
        description =
                "Show the curves and the rule that decisions are taught, with earlier versions; or go back to one.")
final class NotifyLearned implements Callable<Integer> {
    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    @Option(
            names = "--roll-back",
            paramLabel = "VERSION",
            description = "Put the curves and the rule of this version in force again.")
    private @Nullable Long version;

    NotifyLearned(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.say(
                version == null
                        ? engine.get("/v1/notifications/learned")
                        : engine.send(
                                "POST",
                                "/v1/notifications/learned/rollback",
                                "{\"version\":" + version + "}"));
        return 0;
    }
}
