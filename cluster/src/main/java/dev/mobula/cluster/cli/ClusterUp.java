package dev.mobula.cluster.cli;

import dev.mobula.actors.nodes.NodeSpec;
import dev.mobula.cluster.local.ClusterRecord;
import dev.mobula.cluster.local.LocalClusters;
import dev.mobula.cluster.local.Token;
import dev.mobula.cluster.local.UpPlan;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cluster up`: a Ray cluster of several nodes on this machine, which outlives the command.
@Command(
        name = "up",
        description = "Start a Ray cluster on this machine; it runs until cluster down.")
final class ClusterUp implements Callable<Integer> {
    private static final int NODES_MAX = 32;

    private final Console console;
    private final LocalClusters clusters;

    @Mixin private NodeOptions nodeOptions = new NodeOptions();
    @Mixin private TokenOptions tokenOptions = new TokenOptions();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many nodes (1).")
    private int nodes;

    @Option(
            names = "--name",
            defaultValue = ClusterName.DEFAULT,
            converter = ClusterName.class,
            description = "The cluster's name on this machine (mobula).")
    private String name = ClusterName.DEFAULT;

    @Option(names = "--port", defaultValue = "0", description = "The head's port (a free one).")
    private int port;

    @Option(
            names = "--cpus-per-node",
            paramLabel = "N",
            description = "How many CPUs each node offers (all of this machine's).")
    private @Nullable Integer cpus;

    @Option(
            names = "--host",
            paramLabel = "IP",
            converter = IpAddress.class,
            description =
                    "An address of this machine, for nodes of other machines to join. Ray then listens"
                            + " on all of its interfaces, so a token is wanted.")
    private @Nullable String host;

    @Spec private CommandSpec spec = CommandSpec.create();

    ClusterUp(Console console, LocalClusters clusters) {
        this.console = console;
        this.clusters = clusters;
    }

    @Override
    public Integer call() {
        UpPlan plan = plan();
        ClusterRecord record = clusters.up(plan, console::note);
        console.say("cluster " + name + " runs at " + record.address());
        if (record.tokenFile() != null) {
            console.say("its token is in " + record.tokenFile());
        }
        console.say("see it: ./mobula cluster status --name " + name);
        console.say("end it: ./mobula cluster down --name " + name);
        return 0;
    }

    private UpPlan plan() {
        nodeOptions.check(spec);
        require(nodes >= 1 && nodes <= NODES_MAX, "--nodes " + nodes + ": 1 to " + NODES_MAX);
        require(port >= 0 && port <= 65_535, "--port " + port + ": 0 (a free one) to 65535");
        require(cpus == null || cpus >= 0, "--cpus-per-node " + cpus + ": 0 or more");
        Token token = tokenOptions.token();
        require(
                host == null || !(token instanceof Token.None),
                "--host "
                        + host
                        + ": a cluster that other machines reach wants a token;"
                        + " add --token auto or --token-file FILE");
        return new UpPlan(
                name,
                nodes,
                host == null ? NodeSpec.LOOPBACK : host,
                port,
                cpus == null ? Runtime.getRuntime().availableProcessors() : cpus,
                nodeOptions.objectStoreBytes(),
                nodeOptions.state(),
                nodeOptions.temp(),
                token);
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
