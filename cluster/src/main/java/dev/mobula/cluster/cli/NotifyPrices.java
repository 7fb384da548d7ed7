package dev.mobula.cluster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `notify prices`: the prices in force.
@Command(
        name = "prices",
        description =
                "Show the prices of global budgets in force, their version, what is proven of them, and"
                        + " whether they are stale.")
final class NotifyPrices implements Callable<Integer> {
    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    NotifyPrices(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.say(engine.get("/v1/notifications/prices"));
        return 0;
    }
}
