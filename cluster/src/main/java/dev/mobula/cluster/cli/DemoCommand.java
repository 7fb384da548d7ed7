package dev.mobula.cluster.cli;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.demo.Demo;
import dev.mobula.cluster.demo.DemoSize;
import dev.mobula.cluster.demo.DemoWorld;
import dev.mobula.training.durable.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `demo`: the engine in a simulated world, until interrupted.
@Command(
        name = "demo",
        description = {
            "Start the engine in a simulated world and say what to try.",
            "Spammers live in it too: their campaigns disguise every copy, are found by the watch and labelled spam. GET"
                    + " /v1/campaigns shows them with their accounts, texts and since when; PUT /v1/campaigns/actions"
                    + " {\"on\": false} leaves what comes from then on unlabelled, and users view more spam."
        },
        footer = "%nIt listens on loopback alone and leaves nothing behind when it ends (Ctrl-C).")
final class DemoCommand implements Callable<Integer> {
    private static final int NODES = 1;

    private final Console console;

    @Option(names = "--ray", description = "Run the services on a local Ray cluster of its own.")
    private boolean ray;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Where to listen (8080); 0: any.")
    private int port;

    @Option(names = "--items", defaultValue = "5000", description = "How many items (5000).")
    private int items;

    @Option(names = "--users", defaultValue = "1000", description = "How many users (1000).")
    private int users;

    @Option(names = "--seed", defaultValue = "1", description = "The world's seed (1).")
    private long seed;

    @Option(
            names = "--traffic",
            paramLabel = "N",
            defaultValue = "5",
            description = "Pages a second that simulated users ask for (5); 0: none.")
    private int traffic;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        DemoSize size = size();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("mobula-demo-end").unstarted(this::endAll));
        Path state = Files.createTempDirectory("mobula-demo-");
        running.push(() -> Folders.delete(state));
        Cluster cluster = ray ? startRay(state) : new InJvmCluster(Optional.of(state));
        running.push(cluster);
        Demo demo = start(cluster, size);
        running.push(demo);
        if (traffic > 0) {
            demo.drive(traffic);
        }
        sayWhatToTry(demo);
        ended.await();
        return 0;
    }

    private DemoSize size() {
        try {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port=" + port + " is outside 0..65535");
            }
            if (traffic < 0 || traffic > Demo.TRAFFIC_MAX) {
                throw new IllegalArgumentException(
                        "traffic=" + traffic + " is outside 0.." + Demo.TRAFFIC_MAX);
            }
            return new DemoSize(items, users, seed);
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), "--" + refused.getMessage(), refused);
        }
    }

    private Cluster startRay(Path state) {
        console.note("starting a local Ray cluster");
        LocalCluster nodes = LocalCluster.start(RayInstallation.find(), NODES, state);
        running.push(nodes);
        return RayCluster.connect(RayOptions.of(nodes.address()).withNodeIp(nodes.head().nodeIp()));
    }

    private Demo start(Cluster cluster, DemoSize size) {
        try (Progress progress =
                console.watched() ? Progress.shown("items", size.items()) : Progress.silent()) {
            int[] before = {0};
            return Demo.start(
                    cluster,
                    size,
                    port,
                    InstantSource.system(),
                    loaded -> {
                        progress.step(loaded - before[0]);
                        before[0] = loaded;
                    });
        }
    }

    private void sayWhatToTry(Demo demo) {
        DemoWorld world = demo.world();
        String url = "http://127.0.0.1:" + demo.port();
        console.say(
                "Mobula serves "
                        + world.items()
                        + " items to "
                        + world.users()
                        + " users at "
                        + url
                        + (ray ? ", on Ray" : ", in this process"));
        console.say("user 1 likes " + String.join(", ", world.likesOf(1)));
        if (traffic > 0) {
            console.say("its users ask for " + traffic + " pages a second");
        }
        console.say("try:  curl -s " + url + "/v1/feed -d '{\"user\": 1, \"limit\": 10}'");
        console.say("      curl -s " + url + "/metrics");
        console.say("end:  Ctrl-C");
    }

    private synchronized void endAll() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failed) {
                console.note("mobula demo: " + failed.getMessage());
            }
        }
    }
}
