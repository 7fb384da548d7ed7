package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.cluster.engine.EngineLoop;
import dev.mobula.cluster.engine.EngineSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `loop`: makes the running engine learn from what it served.
@Command(
        name = "loop",
        description = {
            "Train the ranker of a running engine on what it served, and put it to work with care: the store's gates,"
                    + " a replay of logged requests, a shadow, a canary, the durable pointer, a watch.",
            "A model that earns less than the one beside it, is complained of more or does not answer its users goes"
                    + " back by itself. A turn that was stopped or killed goes on where it was.",
            "The engine makes the turn itself, asked over HTTP; with --ray this process does, beside it."
        },
        footer = "%nExit code: 1 when the last turn was turned down.")
final class LoopCommand implements Callable<Integer> {
    private static final String RANKER = "ranker-";
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Console console;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The engine's configuration; its section loop says how to learn.")
    private Path config = Path.of("");

    @Option(
            names = "--ray",
            paramLabel = "HOST:PORT",
            description =
                    "Make the turns in this process: the engine's Ray cluster, whose nodes see the same files.")
    private @Nullable String ray;

    @Option(
            names = "--node-ip",
            paramLabel = "IP",
            description = "The address of this machine's node of that cluster; HOST unless told.")
    private @Nullable String nodeIp;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "A key with the scope admin, when the gateway asks for keys.")
    private @Nullable String key;

    @Option(
            names = "--turns",
            defaultValue = "1",
            description = "How many turns; 0 goes on until it is stopped (${DEFAULT-VALUE}).")
    private int turns;

    @Option(
            names = "--pause",
            paramLabel = "SPAN",
            converter = Span.class,
            defaultValue = "24h",
            description = "Time between two turns (${DEFAULT-VALUE}).")
    private Duration pause = Duration.ZERO;

    LoopCommand(Console console) {
        this.console = console;
    }

    /// What makes a turn and says whether it was kept.
    @FunctionalInterface
    private interface Turning {
        boolean turn() throws InterruptedException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (turns < 0) {
            throw new CommandFailure("--turns " + turns + ": must be 0 or more");
        }
        EngineSettings settings = ConfigCommand.read(config);
        if (ray == null) {
            EngineCall engine = new EngineCall(placeOf(settings), key);
            return run(() -> asked(engine));
        }
        String own = nodeIp == null ? ray.substring(0, Math.max(0, ray.lastIndexOf(':'))) : nodeIp;
        try (Cluster cluster = RayCluster.connect(RayOptions.of(ray).withNodeIp(own));
                EngineLoop loop =
                        EngineLoop.open(
                                settings,
                                rankers(cluster),
                                items(cluster, settings),
                                () -> {},
                                events(cluster),
                                new TrainProgress(console),
                                InstantSource.system())) {
            return run(() -> told(loop.turn()));
        }
    }

    private static URI placeOf(EngineSettings settings) {
        EngineSettings.Gateway gateway = settings.gateway();
        String scheme = gateway.tls().isPresent() ? "https" : "http";
        return URI.create(scheme + "://" + gateway.host() + ":" + gateway.port());
    }

    private int run(Turning turning) throws InterruptedException {
        boolean isKept = true;
        for (int number = 0; turns == 0 || number < turns; number++) {
            if (number > 0) {
                Thread.sleep(pause);
            }
            isKept = turning.turn();
        }
        return isKept ? 0 : 1;
    }

    private boolean told(Turn turn) {
        if (turn.isKept()) {
            console.say("turn " + turn.number() + ": " + turn.version() + " serves");
        } else {
            console.note("turn " + turn.number() + " was turned down in " + turn.phase());
            turn.against().forEach(reason -> console.note("  " + reason));
        }
        return turn.isKept();
    }

    /// The engine makes the turn; its phases are told as they come.
    private boolean asked(EngineCall engine) throws InterruptedException {
        JsonMapper json = new JsonMapper();
        engine.send("POST", "/v1/loop/turns", "");
        String phase = "";
        try {
            while (true) {
                Thread.sleep(POLL);
                JsonNode status = json.readTree(engine.get("/v1/loop"));
                String now = status.at("/turn/phase").asText("");
                if (!now.equals(phase)) {
                    console.note("turn " + status.at("/turn/number").asInt() + ": " + now);
                    phase = now;
                }
                if (!status.path("turning").asBoolean()) {
                    return ended(status, json);
                }
            }
        } catch (IOException torn) {
            throw new CommandFailure("the engine's answer is no status: " + torn.getMessage());
        }
    }

    private boolean ended(JsonNode status, JsonMapper json) throws IOException {
        if (status.has("failure")) {
            throw new CommandFailure(
                    status.get("failure").asText() + "; the next turn goes on from here");
        }
        return told(json.treeToValue(status.get("turn"), Turn.class));
    }

    private static EventLogs events(Cluster cluster) {
        return cluster.lookup("events")
                .map(found -> new EventLogs(cluster, found))
                .orElseThrow(
                        () -> new CommandFailure("--ray: no engine runs there, it has no events"));
    }

    private static ItemShards items(Cluster cluster, EngineSettings settings) {
        return new ItemShards(cluster, new ShardLayout("items", settings.items().shards()));
    }

    private static Rankers rankers(Cluster cluster) {
        List<ServiceRef> found = new ArrayList<>();
        Optional<ServiceRef> next = cluster.lookup(RANKER + 0);
        while (next.isPresent()) {
            found.add(next.get());
            next = cluster.lookup(RANKER + found.size());
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    "--ray: no engine runs there, it has no service " + RANKER + 0);
        }
        return new Rankers(cluster, found);
    }
}
