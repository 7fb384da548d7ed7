package dev.mobula.cluster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `notify explain`: a decision as it was given.
@Command(
        name = "explain",
        description =
                "Show a decision as it was given: its worth and the parts of it, and a reason for each candidate.")
final class NotifyExplain implements Callable<Integer> {
    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    @Parameters(index = "0", paramLabel = "DECISION", description = "The decision's id.")
    private String decision = "";

    NotifyExplain(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.say(engine.get("/v1/notifications/explain", "decisionId", decision));
        return 0;
    }
}
