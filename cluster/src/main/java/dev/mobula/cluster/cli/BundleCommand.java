package dev.mobula.cluster.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `bundle`: the group of commands about what is served.
@Command(
        name = "bundle",
        description =
                "List, show, verify, compare, promote and roll back bundles: models, index, schema,"
                        + " calibrators, weights and what was measured of them, as one thing.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "%nA BUNDLE is named by the beginning of its id, six characters or more, or as promoted.",
            "A store's gates.yaml says what a bundle must show before it is promoted:",
            "  gates:",
            "    - {metric: recall@20, min: 0.17}",
            "    - {no-worse: auc, margin: 0.001}",
            "    - {off-policy: DR}                # its lower bound above what the logs earned",
            "    - {calibration: all, max: 0.02}"
        })
final class BundleCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    /// @param home under which the store is, unless told
    static CommandLine of(Console console, Path home) {
        Path store = home.resolve("bundles");
        return new CommandLine(new BundleCommand())
                .addSubcommand(new BundleList(console, store))
                .addSubcommand(new BundleShow(console, store))
                .addSubcommand(new BundleVerify(console, store))
                .addSubcommand(new BundlePromote(console, store))
                .addSubcommand(new BundleRollback(console, store))
                .addSubcommand(new BundleCompare(console, store));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one of list, show, verify, promote, rollback and diff?");
    }
}
