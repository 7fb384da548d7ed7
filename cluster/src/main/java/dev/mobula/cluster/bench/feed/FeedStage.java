package dev.mobula.cluster.bench.feed;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Everything that is started for a run, and ended with it: nodes, the engine's cluster, the engine, the peer.
final class FeedStage implements AutoCloseable {
    private static final String NODE = "node-1";
    private static final int RECALL_USERS = 100;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final FeedWorld world = new FeedWorld();
    private final FeedShape shape = FeedShape.STANDARD;
    private final BenchContext context;
    private Optional<LocalCluster> nodes = Optional.empty();
    private Optional<RayCluster> ray = Optional.empty();

    private FeedStage(BenchContext context) {
        this.context = context;
    }

    /// What is measured.
    ///
    /// @param recall share of the true candidates that our searches find
    record Contenders(
            MobulaFeed ours,
            Optional<PeerFeed> peer,
            FeedEngine engine,
            ScoringCost scoring,
            double recall) {}

    /// Starts the nodes that this run needs.
    static FeedStage open(BenchContext context) {
        FeedStage stage = new FeedStage(context);
        if (context.ray() || !context.peers().isEmpty()) {
            Path states = context.prepared().resolve(context.ray() ? "state" : "peer-state");
            LocalCluster nodes = LocalCluster.start(RayInstallation.find(), 1, states);
            stage.opened.push(nodes);
            stage.nodes = Optional.of(nodes);
        }
        return stage;
    }

    FeedShape shape() {
        return shape;
    }

    Optional<RayCluster> ray() {
        return ray;
    }

    /// Starts the engine and the peer; what an earlier run loaded and built is there already.
    Contenders contenders() throws IOException, InterruptedException {
        Path data = context.prepared().resolve("data-" + FeedWorld.VERSION);
        FeedEngine engine;
        try (Progress progress = context.progress("items", FeedWorld.ITEMS)) {
            engine = FeedEngine.open(cluster(), world, shape, data, progress);
        }
        opened.push(engine);
        world.writeTo(data);
        ScoringCost scoring = new ScoringCost(world, shape);
        double recall = engine.recall(RECALL_USERS);
        MobulaFeed ours =
                new MobulaFeed(
                        engine,
                        scoring,
                        ray.map(it -> new MobulaFeed.OnRay(it, nodes.orElseThrow())));
        return new Contenders(ours, peer(data, recall), engine, scoring, recall);
    }

    private Cluster cluster() {
        if (context.ray()) {
            LocalCluster local = nodes.orElseThrow();
            RayCluster cluster =
                    RayCluster.connect(
                            RayOptions.of(local.address()).withNodeIp(local.head().nodeIp()));
            opened.push(cluster);
            ray = Optional.of(cluster);
            return cluster;
        }
        Path state = context.prepared().resolve("state").resolve(NODE);
        InJvmCluster cluster = new InJvmCluster(Optional.of(state));
        opened.push(cluster);
        return cluster;
    }

    private Optional<PeerFeed> peer(Path data, double recall)
            throws IOException, InterruptedException {
        if (context.peers().isEmpty()) {
            return Optional.empty();
        }
        Path home = context.prepared().resolve("..").resolve("..").normalize();
        PeerFeed peer = PeerFeed.open(nodes.orElseThrow(), shape, home, data, recall);
        opened.push(peer);
        return Optional.of(peer);
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception unclean) {
                if (failed == null) {
                    failed = new IOException("the bench does not end cleanly", unclean);
                } else {
                    failed.addSuppressed(unclean);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
