package dev.mobula.cluster.local;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.NodeIdentity;
import dev.mobula.actors.nodes.NodeSpec;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.nodes.RayNode;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The Ray clusters that this machine takes part in: starts them, joins them, looks at them, ends them.
///
/// A cluster outlives the process that started it. Every node is written down before it runs, so that
/// whoever is interrupted leaves a record by which `down` finds what to end.
public final class LocalClusters {
    private final ClusterFiles files;
    private final Supplier<RayInstallation> ray;
    private final RandomGenerator random;

    /// @param home Mobula's home folder
    /// @param ray asked only when a node is to start
    public LocalClusters(Path home, Supplier<RayInstallation> ray, RandomGenerator random) {
        this.files = new ClusterFiles(home);
        this.ray = ray;
        this.random = random;
    }

    public List<String> names() {
        return files.names();
    }

    /// What is written down about the cluster of this name.
    public ClusterRecord record(String name) {
        return files.read(name)
                .orElseThrow(
                        () ->
                                new ClusterException(
                                        "no cluster \""
                                                + name
                                                + "\" was started on this machine; there are "
                                                + names()));
    }

    /// The folder of a cluster's own, whether it runs or not.
    public Path folder(String name) {
        return files.folder(name);
    }

    /// Where this machine keeps the token of the cluster with this head.
    public Optional<Path> tokenFileOf(String name, String address) {
        return files.read(name)
                .filter(record -> record.address().equals(address))
                .flatMap(ClusterRecord::token);
    }

    /// Starts a cluster; `said` hears of every node that runs.
    public ClusterRecord up(UpPlan plan, Consumer<String> said) {
        refuseLiving(plan.name());
        if (files.read(plan.name()).isPresent()) {
            down(plan.name(), false);
        }
        ClusterRecord record = new ClusterRecord(plan.name(), "", tokenFile(plan), List.of());
        files.write(record);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread whenInterrupted =
                new Thread(
                        () -> {
                            interrupted.set(true);
                            down(plan.name(), false);
                        },
                        "cluster-down");
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
        try {
            return startAll(plan, record, interrupted, said);
        } catch (RuntimeException failure) {
            if (interrupted.get()) {
                throw new ClusterException("interrupted; what had been started is ended");
            }
            down(plan.name(), false);
            throw failure;
        } finally {
            if (!interrupted.get()) {
                Runtime.getRuntime().removeShutdownHook(whenInterrupted);
            }
        }
    }

    private ClusterRecord startAll(
            UpPlan plan, ClusterRecord before, AtomicBoolean interrupted, Consumer<String> said) {
        ClusterRecord record = before;
        for (int number = 1; number <= plan.nodes() && !interrupted.get(); number++) {
            NodeSpec spec = spec(plan, record, number);
            record = start(record, spec);
            said.accept(spec.name() + " runs" + (number == 1 ? " at " + record.address() : ""));
        }
        return record;
    }

    /// Adds a node of this machine to a cluster, which may have its head on another one.
    public ClusterRecord join(String name, NodeSpec spec, Optional<Path> tokenFile) {
        ClusterRecord record =
                files.read(name)
                        .filter(LocalClusters::lives)
                        .orElseGet(
                                () ->
                                        new ClusterRecord(
                                                name,
                                                String.valueOf(spec.headAddress()),
                                                tokenFile
                                                        .map(
                                                                file ->
                                                                        files.keepToken(
                                                                                name,
                                                                                readToken(file)))
                                                        .orElse(null),
                                                List.of()));
        if (!record.address().equals(spec.headAddress())) {
            throw new ClusterException(
                    "cluster \""
                            + name
                            + "\" has its head at "
                            + record.address()
                            + "; use another --cluster name for "
                            + spec.headAddress());
        }
        for (NodeIdentity node : record.nodes()) {
            if (node.name().equals(spec.name())) {
                if (RayNode.attach(node).alive()) {
                    throw new ClusterException(
                            "cluster \""
                                    + name
                                    + "\" has a node \""
                                    + spec.name()
                                    + "\"; use --name");
                }
                RayNode.attach(node).close();
                record = record.without(node);
            }
        }
        return start(record, spec);
    }

    /// The nodes of this machine, as its processes show them.
    public List<NodeStatus> nodes(String name) {
        return record(name).nodes().stream()
                .map(RayNode::attach)
                .map(
                        node ->
                                new NodeStatus(
                                        node.name(),
                                        node.nodeIp(),
                                        node.alive(),
                                        node.pids().size(),
                                        node.workerPids().size(),
                                        node.residentBytes()))
                .toList();
    }

    /// Ends every process of the cluster on this machine and forgets it; keeps its state unless told to purge.
    public int down(String name, boolean purge) {
        List<NodeIdentity> headLast = new ArrayList<>(record(name).nodes()).reversed();
        for (NodeIdentity identity : headLast) {
            RayNode.attach(identity).close();
        }
        for (NodeIdentity identity : headLast) {
            List<Long> left = RayNode.attach(identity).pids();
            if (!left.isEmpty()) {
                throw new ClusterException(identity.name() + " has not ended: processes " + left);
            }
            if (purge) {
                purge(identity.stateRoot());
            }
        }
        files.forget(name, purge);
        return headLast.size();
    }

    private ClusterRecord start(ClusterRecord before, NodeSpec spec) {
        files.write(before);
        RayNode node;
        try {
            node = RayNode.start(ray.get(), spec, identity -> files.write(before.with(identity)));
        } catch (RuntimeException failure) {
            files.write(before);
            throw failure;
        }
        ClusterRecord after = before.with(node.identity()).at(node.address());
        files.write(after);
        return after;
    }

    private NodeSpec spec(UpPlan plan, ClusterRecord record, int number) {
        String name = "node-" + number;
        NodeSpec.Builder node =
                number == 1
                        ? NodeSpec.head(name)
                                .port(plan.port())
                                .blocking(false)
                                .gcsStorage(files.folder(plan.name()).resolve("gcs"))
                        : NodeSpec.worker(name, record.address());
        Path state = plan.state().orElse(files.folder(plan.name()).resolve("state"));
        String ip = plan.ip().equals(NodeSpec.LOOPBACK) ? LocalCluster.ipOf(number) : plan.ip();
        return node.ip(ip)
                .cpus(plan.cpusPerNode())
                .objectStoreBytes(plan.objectStoreBytes())
                .tempBase(plan.tempBase())
                .token(record.token().map(LocalClusters::readToken).orElse(null))
                .withState(state.resolve(name));
    }

    private @Nullable Path tokenFile(UpPlan plan) {
        return switch (plan.token()) {
            case Token.None none -> null;
            case Token.Made made -> files.createToken(plan.name(), random);
            case Token.InFile inFile -> files.keepToken(plan.name(), readToken(inFile.file()));
        };
    }

    /// The secret in a token's file.
    public static String readToken(Path file) {
        try {
            String token = Files.readString(file).strip();
            if (token.length() < 16) {
                throw new ClusterException(file + " holds no token of 16 or more characters");
            }
            return token;
        } catch (IOException unreadable) {
            throw new ClusterException("cannot read the token in " + file);
        }
    }

    private void refuseLiving(String name) {
        files.read(name)
                .filter(LocalClusters::lives)
                .ifPresent(
                        record -> {
                            throw new ClusterException(
                                    "cluster \""
                                            + name
                                            + "\" runs at "
                                            + record.address()
                                            + "; end it with ./mobula cluster down --name "
                                            + name
                                            + ", or start another with --name");
                        });
    }

    private static boolean lives(ClusterRecord record) {
        return record.nodes().stream().anyMatch(node -> !RayNode.attach(node).pids().isEmpty());
    }

    private void purge(Path stateRoot) {
        try {
            Folders.delete(stateRoot);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + stateRoot, failure);
        }
    }
}
