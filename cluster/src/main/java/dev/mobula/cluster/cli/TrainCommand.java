package dev.mobula.cluster.cli;

import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.trainer.ClusterCrew;
import dev.mobula.actors.trainer.TrainingSettings;
import dev.mobula.actors.trainer.TrainingSettings.WhenLost;
import dev.mobula.cluster.mirror.MlflowMirror;
import dev.mobula.training.recipe.Recipes;
import dev.mobula.training.run.Crew;
import dev.mobula.training.run.Experiment;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunRecord;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `train`: runs what a description says, or goes on with it.
@Command(
        name = "train",
        description = {
            "Train a model as a YAML file describes it. All of the file is checked before anything"
                    + " starts.",
            "A run that was stopped or killed goes on from its last checkpoint when it is started"
                    + " again."
        },
        footer = {
            "%nA description; its task is multitask, two-tower, sequence or factorisation:",
            "  name: home-ranker",
            "  task: multitask                # learns from what data join made",
            "  seed: 7",
            "  batch: 1024",
            "  epochs: 3                      # or steps: 20000",
            "  data: {train: joined/home, window: 65536}",
            "  split: {validation: 0.1, test: 0.1}       # the newest rows",
            "  model:",
            "    hidden: [128, 64]",
            "    cross: 1",
            "    labels: [{head: click, kind: click}, {head: dwell, kind: dwell, loss: squared,"
                    + " weight: 0.1}]",
            "  optimizer: {rate: 0.001, table-rate: 0.05, table: adagrad, decay: 0, clip: 1}",
            "  schedule: {decay: cosine, warm-up: 500, steps: 20000, floor: 0}",
            "  checkpoint: {every: 500, keep: 2}",
            "  evaluation: {every: 1000}",
            "  early-stop: {metric: auc.click, patience: 3, higher-is-better: true}",
            "  value: {home: click + 0.1 * dwell}",
            "  bundle: {name: home, store: bundles}",
            "%nThe other tasks learn from what people had, hold the last two events of each out,"
                    + " and publish",
            "the index of their items beside the encoder:",
            "  task: sequence",
            "  data: {sequences: events.txt.gz}          # lines of user item item ..., oldest"
                    + " first",
            "  data: {joined: joined/home, kind: click}  # or what data join made",
            "  model: {width: 64, events: 50, blocks: 2, heads: 2, negatives: 128, dropout: 0.3}",
            "  task: two-tower",
            "  model: {width: 64, dimension: 64, hidden: [128], events: 50, temperature: 0.1}",
            "  task: factorisation",
            "  model: {width: 64, temperature: 0.1, pairs: 4}",
            "  workers: 2                     # that share every batch: threads, or services with"
                    + " --ray",
            "%nExit code: 0 when the run is done, 3 when it was stopped."
        })
final class TrainCommand implements Callable<Integer> {
    private static final int STOPPED = 3;

    private final Console console;
    private final Path home;

    @Parameters(index = "0", paramLabel = "DESCRIPTION", description = "The YAML file.")
    private Path file = Path.of("");

    @Option(
            names = "--runs",
            paramLabel = "FOLDER",
            description = "Where runs are kept (MOBULA_HOME/runs).")
    private @Nullable Path runs;

    @Option(
            names = "--id",
            paramLabel = "NAME",
            description = "The run's name there; the description's name unless told.")
    private @Nullable String id;

    @Option(
            names = "--check",
            description = "Check the description and the data, and start nothing.")
    private boolean check;

    @Option(
            names = "--mlflow",
            paramLabel = "URL",
            description = "An MLflow server that is to follow the run, as http://HOST:PORT.")
    private @Nullable URI mlflow;

    @Option(
            names = "--ray",
            paramLabel = "HOST:PORT",
            description =
                    "Run the workers as services of this Ray cluster, whose nodes see the same"
                            + " files.")
    private @Nullable String ray;

    @Option(
            names = "--node-ip",
            paramLabel = "IP",
            description = "The address of this machine's node of that cluster; HOST unless told.")
    private @Nullable String nodeIp;

    @Option(
            names = "--when-lost",
            paramLabel = "wait|shrink",
            description =
                    "After a worker is lost there: wait for another, to the same bits, or go on"
                            + " with one less (${DEFAULT-VALUE}).")
    private WhenLost whenLost = WhenLost.WAIT;

    TrainCommand(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        RunDescription description = RunDescription.read(file, Recipes.all());
        if (check) {
            console.say(
                    file
                            + ": "
                            + description.common().recipe()
                            + ", "
                            + description.loop().steps()
                            + " steps of "
                            + description.common().batchRows()
                            + " rows");
            return 0;
        }
        Path kept = runs == null ? home.resolve("runs") : runs;
        RunFolder folder =
                new RunFolder(kept.resolve(id == null ? description.common().name() : id));
        if (ray == null) {
            return follow(description, folder, Optional.empty());
        }
        String own = nodeIp == null ? ray.substring(0, Math.max(0, ray.lastIndexOf(':'))) : nodeIp;
        try (Cluster cluster = RayCluster.connect(RayOptions.of(ray).withNodeIp(own))) {
            int workers = description.common().workers();
            TrainingSettings settings = TrainingSettings.of(workers, workers).when(whenLost);
            String name = "train-" + UUID.randomUUID().toString().substring(0, 8);
            return follow(
                    description, folder, Optional.of(new ClusterCrew(cluster, name, settings)));
        }
    }

    private int follow(RunDescription description, RunFolder folder, Optional<Crew> crew) {
        if (mlflow == null) {
            return run(description, folder, crew, new TrainProgress(console));
        }
        try (MlflowMirror mirror =
                new MlflowMirror(
                        mlflow,
                        description.common().name(),
                        InstantSource.system(),
                        console::note)) {
            return run(description, folder, crew, new TrainProgress(console, mirror));
        }
    }

    private int run(
            RunDescription description,
            RunFolder folder,
            Optional<Crew> crew,
            TrainProgress progress) {
        InstantSource clock = InstantSource.system();
        Experiment experiment =
                crew.map(
                                it ->
                                        new Experiment(
                                                description,
                                                folder,
                                                progress,
                                                it,
                                                clock,
                                                System::nanoTime))
                        .orElseGet(
                                () ->
                                        new Experiment(
                                                description,
                                                folder,
                                                progress,
                                                clock,
                                                System::nanoTime));
        Thread current = Thread.currentThread();
        Thread hook =
                new Thread(
                        () -> {
                            experiment.stop();
                            join(current);
                        },
                        "stop-training");
        Runtime.getRuntime().addShutdownHook(hook);
        RunRecord record;
        try {
            record = experiment.run();
        } finally {
            removeHook(hook);
        }
        console.say(folder.path() + ": " + record.state() + " (" + record.message() + ")");
        new TreeMap<>(record.metrics())
                .forEach((name, value) -> console.say("  " + name + " = " + value));
        if (!record.bundle().isEmpty()) {
            console.say("bundle " + record.bundle());
        }
        console.say("report " + folder.report());
        return record.state() == RunRecord.State.DONE ? 0 : STOPPED;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyGoingDown) {
            // The hook itself waits for this thread.
        }
    }
}
