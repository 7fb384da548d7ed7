package dev.mobula.cluster.cli;

import dev.mobula.actors.loop.LogLearning;
import dev.mobula.actors.loop.LoggedOutcomes;
import dev.mobula.actors.loop.LoopParts;
import dev.mobula.actors.loop.LoopSettings;
import dev.mobula.actors.loop.RetrainingLoop;
import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.run.RankerRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `loop`: makes the running engine learn from what it served.
@Command(
        name = "loop",
        description = {
            "Train the ranker of a running engine on what it served, and put it to work with care: the store's gates,"
                    + " a replay of logged requests, a shadow, a canary, the durable pointer, a watch.",
            "A model that earns less than the one beside it, is complained of more or does not answer its users goes"
                    + " back by itself. A loop that was stopped or killed goes on where it was."
        },
        footer = {
            "%nA description has no name, data and bundle, which the loop gives:",
            "  task: multitask",
            "  seed: 7",
            "  batch: 1024",
            "  epochs: 2",
            "  model: {hidden: [128, 64], labels: [{head: click, kind: click}, {head: like, kind: like}]}",
            "  value: {home: click + like}",
            "%nExit code: 1 when the last turn was turned down."
        })
final class LoopCommand implements Callable<Integer> {
    private static final String RANKER = "ranker-";

    private final Console console;
    private final Path home;

    @Parameters(
            index = "0",
            paramLabel = "DESCRIPTION",
            description = "The YAML file of the training.")
    private Path description = Path.of("");

    @Option(
            names = "--ray",
            required = true,
            paramLabel = "HOST:PORT",
            description = "The Ray cluster of the engine, whose nodes see the same files.")
    private String ray = "";

    @Option(
            names = "--node-ip",
            paramLabel = "IP",
            description = "The address of this machine's node of that cluster; HOST unless told.")
    private @Nullable String nodeIp;

    @Option(
            names = "--log",
            required = true,
            paramLabel = "FOLDER",
            description = "The engine's event log, with impressions and feedback.")
    private Path log = Path.of("");

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            description = "Where turns are kept (MOBULA_HOME/loop).")
    private @Nullable Path work;

    @Option(
            names = "--worth",
            paramLabel = "KIND=NUMBER",
            split = ",",
            defaultValue = "click=1,like=1",
            description = "What feedback is worth to the guards (${DEFAULT-VALUE}).")
    private Map<String, Double> worth = new LinkedHashMap<>();

    @Option(
            names = "--complaints",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "hide,report",
            description = "Feedback that is a complaint (${DEFAULT-VALUE}).")
    private List<String> complaints = List.of();

    @Option(
            names = "--kinds",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "click,like",
            description = "Feedback that the training learns from (${DEFAULT-VALUE}).")
    private List<String> kinds = List.of();

    @Option(
            names = "--window",
            paramLabel = "SPAN",
            converter = Span.class,
            defaultValue = "24h",
            description = "How long after an impression its feedback counts (${DEFAULT-VALUE}).")
    private Duration window = Duration.ZERO;

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

    @Option(
            names = "--canary",
            paramLabel = "SHARE",
            description = "Share of the users that a canary answers (0.05).")
    private @Nullable Double canary;

    @Option(
            names = "--canary-items",
            paramLabel = "N",
            description = "Items that a canary has to show before it is believed (10000).")
    private @Nullable Long canaryItems;

    @Option(
            names = "--shadow-requests",
            paramLabel = "N",
            description = "Requests that a new model scores in shadow (1000).")
    private @Nullable Long shadowRequests;

    @Mixin private StoreOption store = new StoreOption();

    LoopCommand(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (turns < 0) {
            throw new CommandFailure("--turns " + turns + ": must be 0 or more");
        }
        if (!Files.isDirectory(log)) {
            throw new CommandFailure("--log " + log + ": no such folder");
        }
        LoopSettings settings = settings();
        String own = nodeIp == null ? ray.substring(0, Math.max(0, ray.lastIndexOf(':'))) : nodeIp;
        try (Cluster cluster = RayCluster.connect(RayOptions.of(ray).withNodeIp(own))) {
            return run(new RetrainingLoop(parts(rankers(cluster)), settings));
        }
    }

    private LoopSettings settings() {
        LoopSettings standard = LoopSettings.standard();
        try {
            return standard.withShadow(
                            shadowRequests == null ? standard.shadowRequests() : shadowRequests,
                            standard.driftMax())
                    .withCanary(
                            canary == null ? standard.canaryShare() : canary,
                            canaryItems == null ? standard.canaryImpressions() : canaryItems);
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure(String.valueOf(refused.getMessage()));
        }
    }

    private int run(RetrainingLoop loop) throws InterruptedException {
        boolean isKept = true;
        for (int number = 0; turns == 0 || number < turns; number++) {
            if (number > 0) {
                Thread.sleep(pause);
            }
            Turn turn = loop.turn();
            isKept = turn.isKept();
            if (isKept) {
                console.say("turn " + turn.number() + ": " + turn.version() + " serves");
            } else {
                console.note("turn " + turn.number() + " was turned down in " + turn.phase());
                turn.against().forEach(reason -> console.note("  " + reason));
            }
        }
        return isKept ? 0 : 1;
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

    private LoopParts parts(Rankers rankers) throws IOException {
        Path folder = work == null ? home.resolve("loop") : work;
        Path bundleFolder = store.folder(home.resolve("bundles"));
        Files.createDirectories(bundleFolder);
        BundleStore bundles =
                BundleStore.open(bundleFolder, Long.MAX_VALUE, InstantSource.system());
        LogLearning.Settings learning =
                new LogLearning.Settings(
                        log,
                        folder.resolve("turns"),
                        bundleFolder,
                        "loop",
                        Files.readString(description),
                        kinds,
                        window);
        Set<String> complained = new LinkedHashSet<>(complaints);
        return new LoopParts(
                rankers,
                bundles,
                new LogLearning(
                        learning,
                        List.of(new RankerRecipe()),
                        InstantSource.system(),
                        new TrainProgress(console)),
                new LoggedOutcomes(
                        EventLog.impressions(log), EventLog.feedback(log), worth, complained),
                EventLog.impressions(log),
                folder,
                Thread::sleep,
                InstantSource.system());
    }
}
