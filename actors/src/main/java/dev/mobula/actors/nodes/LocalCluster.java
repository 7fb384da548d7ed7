package dev.mobula.actors.nodes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A Ray cluster of several nodes on this one machine, each with a name and a state root of its own.
///
/// The nodes are `node-1` (the head), `node-2`, and so on; the state of a node lives in the folder of its
/// name below the cluster's state root, so a node that is killed and restarted finds its state again.
public final class LocalCluster implements AutoCloseable {
    private final RayInstallation ray;
    private final Map<String, NodeSpec> specs = new LinkedHashMap<>();
    private final Map<String, RayNode> nodes = new LinkedHashMap<>();

    private LocalCluster(RayInstallation ray) {
        this.ray = ray;
    }

    /// Starts a cluster of `count` nodes of the default size.
    public static LocalCluster start(RayInstallation ray, int count, Path stateRoot) {
        return start(ray, count, stateRoot, node -> {});
    }

    /// Starts a cluster of `count` nodes, each shaped by `shape` before it starts.
    public static LocalCluster start(
            RayInstallation ray, int count, Path stateRoot, Consumer<NodeSpec.Builder> shape) {
        if (count < 1) {
            throw new IllegalArgumentException("count=" + count + ": a cluster has a head");
        }
        LocalCluster cluster = new LocalCluster(ray);
        try {
            for (int number = 1; number <= count; number++) {
                String name = "node-" + number;
                NodeSpec.Builder node =
                        number == 1
                                ? NodeSpec.head(name)
                                : NodeSpec.worker(name, cluster.address());
                node.ip(ipOf(number));
                shape.accept(node);
                cluster.add(node.withState(stateRoot.resolve(name)));
            }
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /// The address of a node of this machine by its number. A driver chooses its node by address and ends
    /// with it, so the head has one of its own; the others share the second of the only two that Ray binds
    /// to loopback alone (a node at 127.0.0.2 listens on all interfaces).
    public static String ipOf(int number) {
        return number == 1 ? NodeSpec.LOOPBACK : NodeSpec.LOOPBACK_OF_WORKERS;
    }

    /// `host:port` of the GCS.
    public String address() {
        return head().address();
    }

    public RayNode head() {
        return node("node-1");
    }

    /// The node of this name.
    public RayNode node(String name) {
        RayNode node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("name=" + name + ": nodes are " + nodes.keySet());
        }
        return node;
    }

    public List<RayNode> nodes() {
        return List.copyOf(nodes.values());
    }

    /// Starts one more node.
    public RayNode add(NodeSpec spec) {
        if (nodes.containsKey(spec.name())) {
            throw new IllegalArgumentException("name=" + spec.name() + ": is a node already");
        }
        return run(spec);
    }

    /// Ends what is left of the node of this name and starts it again on its former state.
    public RayNode restart(String name) {
        node(name).close();
        NodeSpec spec = specs.get(name);
        if (spec == null) {
            throw new IllegalStateException(name + " was not started here");
        }
        return run(spec);
    }

    /// Ends every process of every node, workers before the head.
    @Override
    public void close() {
        List<RayNode> headLast = new ArrayList<>(nodes.values()).reversed();
        headLast.forEach(RayNode::close);
        nodes.clear();
    }

    private RayNode run(NodeSpec spec) {
        RayNode node = RayNode.start(ray, spec);
        specs.put(spec.name(), spec);
        nodes.put(spec.name(), node);
        return node;
    }
}
