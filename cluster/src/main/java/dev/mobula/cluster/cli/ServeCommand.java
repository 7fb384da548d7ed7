package dev.mobula.cluster.cli;

import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.engine.Engine;
import dev.mobula.cluster.engine.EngineSettings;
import dev.mobula.cluster.gateway.Gateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `serve`: the engine on one's own data, until interrupted.
@Command(
        name = "serve",
        description = {
            "Start the engine as a configuration says, until interrupted. What it stored is there again the next time.",
            "./mobula config show prints a configuration to begin with."
        })
final class ServeCommand implements Callable<Integer> {
    private final Console console;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration.")
    private Path config = Path.of("");

    @Option(
            names = "--ray",
            paramLabel = "ADDRESS",
            description =
                    "Run the services on the Ray cluster at HOST:PORT, of which this machine is a node.")
    private @Nullable String ray;

    @Option(
            names = "--node-ip",
            paramLabel = "IP",
            description =
                    "This machine's address in that cluster, when it has several; HOST when that is loopback.")
    private @Nullable String nodeIp;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        EngineSettings settings = ConfigCommand.read(config);
        checked(settings);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform().name("mobula-serve-end").unstarted(this::endAll));
        console.note("starting the engine");
        Cluster cluster = opened(ray == null ? inThisProcess(settings) : onRay(ray, settings));
        Engine engine =
                opened(
                        Engine.start(
                                cluster,
                                settings,
                                user -> Optional.empty(),
                                InstantSource.system()));
        Gateway gateway = opened(engine.listen(List.of()));
        String scheme = settings.gateway().tls().isPresent() ? "https" : "http";
        console.say(
                "Mobula serves at "
                        + scheme
                        + "://"
                        + settings.gateway().host()
                        + ":"
                        + gateway.port()
                        + (ray == null ? ", in this process" : ", on Ray at " + ray));
        console.say("end:  Ctrl-C");
        ended.await();
        return 0;
    }

    private static void checked(EngineSettings settings) {
        try {
            settings.requireUsable();
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure(String.valueOf(refused.getMessage()));
        }
    }

    private static Cluster inThisProcess(EngineSettings settings) throws IOException {
        return new InJvmCluster(Optional.of(Files.createDirectories(settings.state())));
    }

    private Cluster onRay(String address, EngineSettings settings) {
        try {
            RayOptions options = RayOptions.of(address).withSpread(settings.nodes());
            return RayCluster.connect(ownNode(address).map(options::withNodeIp).orElse(options));
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure("--ray: " + refused.getMessage());
        }
    }

    /// A head on loopback is this machine's node under that very address; Ray would look for it under another one.
    private Optional<String> ownNode(String address) {
        if (nodeIp != null) {
            return Optional.of(nodeIp);
        }
        String host = address.substring(0, address.lastIndexOf(':'));
        return Optional.of(host).filter(name -> name.startsWith("127."));
    }

    private synchronized <T extends AutoCloseable> T opened(T one) {
        running.push(one);
        return one;
    }

    private synchronized void endAll() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failed) {
                console.note("mobula serve: " + failed.getMessage());
            }
        }
    }
}
