package dev.mobula.cluster.cli;

import dev.mobula.cluster.local.LocalClusters;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `cluster down`: ends every process of a cluster on this machine.
@Command(
        name = "down",
        description = "End every process of a cluster on this machine; its state is kept.")
final class ClusterDown implements Callable<Integer> {
    private final Console console;
    private final LocalClusters clusters;

    @Option(
            names = "--name",
            defaultValue = ClusterName.DEFAULT,
            converter = ClusterName.class,
            description = "The cluster's name on this machine (mobula).")
    private String name = ClusterName.DEFAULT;

    @Option(names = "--purge", description = "Delete the state of its nodes too.")
    private boolean purge;

    ClusterDown(Console console, LocalClusters clusters) {
        this.console = console;
        this.clusters = clusters;
    }

    @Override
    public Integer call() {
        int ended = clusters.down(name, purge);
        console.say(
                "cluster "
                        + name
                        + ": "
                        + ended
                        + (ended == 1 ? " node" : " nodes")
                        + " ended, no process left"
                        + (purge ? ", state deleted" : ""));
        return 0;
    }
}
