package dev.mobula.cluster.cli;

import picocli.CommandLine.Command;

/// `test`, which the launcher runs itself: it stands here to be listed.
@Command(
        name = "test",
        description = "Run the tests, on a real Ray cluster too.",
        synopsisHeading = "Usage: ",
        customSynopsis =
                "./mobula test [--unit | --ray | --long] [--module NAME] [MAVEN ARGUMENTS...]")
final class TestCommand implements Runnable {
    @Override
    public void run() {
        throw new CommandFailure("the launcher runs the tests: ./mobula test");
    }
}
