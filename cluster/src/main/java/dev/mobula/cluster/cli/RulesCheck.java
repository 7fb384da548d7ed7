package dev.mobula.cluster.cli;

import dev.mobula.ranking.safety.rules.RuleSet;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `safety rules check`: whether rules are rules, and fit the fields of their events.
@Command(name = "check", description = "Check rules against the fields of the events they are for.")
final class RulesCheck implements Callable<Integer> {
    private final Console console;

    @Mixin private RuleReplay replay = new RuleReplay();

    RulesCheck(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        RuleSet rules = replay.check(replay.source());
        console.say(rules.names().size() + " rules, " + rules.counters() + " counters: all fit");
        return 0;
    }
}
