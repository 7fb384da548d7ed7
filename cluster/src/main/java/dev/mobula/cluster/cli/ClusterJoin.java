package dev.mobula.cluster.cli;

import dev.mobula.actors.nodes.NodeSpec;
import dev.mobula.cluster.local.LocalClusters;
import dev.mobula.cluster.local.Token;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `cluster join`: one more node, of this machine, in a cluster whose head may be elsewhere.
@Command(name = "join", description = "Add a node of this machine to a running cluster.")
final class ClusterJoin implements Callable<Integer> {
    private static final Pattern ADDRESS = Pattern.compile("([^:\\s]+):(\\d{1,5})");

    private final Console console;
    private final LocalClusters clusters;

    @Mixin private NodeOptions nodeOptions = new NodeOptions();
    @Mixin private TokenOptions tokenOptions = new TokenOptions();

    @Parameters(
            paramLabel = "HEAD_ADDRESS",
            description = "host:port of the head, as cluster up and cluster status print it.")
    private String head = "";

    @Option(
            names = "--cluster",
            defaultValue = ClusterName.DEFAULT,
            converter = ClusterName.class,
            description = "The cluster's name on this machine (mobula).")
    private String cluster = ClusterName.DEFAULT;

    @Option(
            names = "--name",
            paramLabel = "NODE",
            converter = ClusterName.class,
            description = "The node's name, unlike any other in the cluster (this machine's).")
    private @Nullable String name;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "How many CPUs the node offers (all of this machine's).")
    private @Nullable Integer cpus;

    @Option(
            names = "--host",
            paramLabel = "IP",
            converter = IpAddress.class,
            description = "The node's address (the one from which the head is reached).")
    private @Nullable String host;

    @Spec private CommandSpec spec = CommandSpec.create();

    ClusterJoin(Console console, LocalClusters clusters) {
        this.console = console;
        this.clusters = clusters;
    }

    @Override
    public Integer call() throws IOException {
        nodeOptions.check(spec);
        InetSocketAddress address = headAddress();
        String ip = host == null ? outwardIp(address) : host;
        Optional<Path> tokenFile = tokenFile();
        if (!InetAddress.getByName(ip).isLoopbackAddress() && tokenFile.isEmpty()) {
            throw wrong("a node at " + ip + " is reached by others: add --token-file FILE");
        }
        String node = name == null ? machineName() : name;
        Path state =
                nodeOptions.state().orElse(clusters.folder(cluster).resolve("state")).resolve(node);
        NodeSpec joining =
                NodeSpec.worker(node, head)
                        .ip(ip)
                        .cpus(cpus == null ? Runtime.getRuntime().availableProcessors() : cpus)
                        .objectStoreBytes(nodeOptions.objectStoreBytes())
                        .tempBase(nodeOptions.temp())
                        .token(tokenFile.map(LocalClusters::readToken).orElse(null))
                        .withState(state);
        clusters.join(cluster, joining, tokenFile);
        console.say("node " + node + " runs in the cluster at " + head);
        console.say("end it: ./mobula cluster down --name " + cluster);
        return 0;
    }

    private InetSocketAddress headAddress() {
        Matcher matcher = ADDRESS.matcher(head);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw wrong("HEAD_ADDRESS " + head + " is not host:port, for example 10.0.0.7:6379");
        }
        InetSocketAddress address =
                new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
        if (address.isUnresolved()) {
            throw wrong("HEAD_ADDRESS " + head + ": nobody knows the host " + matcher.group(1));
        }
        return address;
    }

    private Optional<Path> tokenFile() {
        return switch (tokenOptions.token()) {
            case Token.None none -> clusters.tokenFileOf(cluster, head);
            case Token.Made made -> throw wrong("--token auto is for up; join with --token-file");
            case Token.InFile inFile -> Optional.of(inFile.file().toAbsolutePath());
        };
    }

    // No packet is sent: connecting only asks the routing table.
    private static String outwardIp(InetSocketAddress head) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(head);
            return socket.getLocalAddress().isLoopbackAddress()
                    ? NodeSpec.LOOPBACK_OF_WORKERS
                    : socket.getLocalAddress().getHostAddress();
        }
    }

    private static String machineName() throws IOException {
        String plain = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "-");
        return plain.isEmpty() || plain.startsWith("-") ? "node" : plain;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
