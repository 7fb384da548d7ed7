package dev.mobula.cluster.cli;

import dev.mobula.cluster.evaluate.ShownProgress;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.calibration.Reliability;
import dev.mobula.ranking.safety.MetaHeads;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.retrieval.campaign.NearDuplicates;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.Distillation;
import dev.mobula.training.safety.Grammar;
import dev.mobula.training.safety.HardNegatives;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import dev.mobula.training.safety.NgramTraining;
import dev.mobula.training.safety.ReviewedTexts;
import dev.mobula.training.safety.Slices;
import dev.mobula.training.safety.StackTraining;
import dev.mobula.training.safety.TextBundles;
import dev.mobula.training.safety.TextTargets;
import dev.mobula.training.safety.TogetherTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `safety train`: an n-gram model of labelled texts, calibrated, with operating points, as a bundle.
@Command(
        name = "train",
        description = {
            "Train a model that tells classes of texts apart, and publish it as a bundle.",
            "Texts that resemble each other stay together; a fifth of the groups trains nothing: it calibrates"
                    + " the scores and chooses the operating points."
        },
        footer = {
            "%nTwo classes give one head, named after the second by name; more give one head each.",
            "./mobula bundle list, promote, rollback --store FOLDER work on what it publishes."
        })
final class SafetyTrain implements Callable<Integer> {
    private static final double ALIKE = .6;
    private static final int WRITTEN_MAX = 100_000;
    private static final int TRIGGERS = 200;

    private final Console console;

    @Parameters(
            index = "0",
            paramLabel = "TEXTS",
            description = "A CSV, TSV, JSONL, Arrow or Parquet file, gzip or plain.")
    private Path texts = Path.of("");

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            defaultValue = "text",
            description = "The column of texts (text).")
    private String textColumn = "";

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            defaultValue = "label",
            description = "The column of classes (label).")
    private String labelColumn = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "text",
            description = "What the model is called (text).")
    private String name = "";

    @Option(
            names = "--limit",
            paramLabel = "GOAL=N",
            description =
                    "What chooses the operating point: false-positive-rate=N, precision=N, or cost=N for what a miss"
                            + " costs when a false alarm costs one (false-positive-rate=0.01).")
    private Map<String, Double> limit = Map.of();

    @Option(
            names = "--labels",
            paramLabel = "SEPARATOR",
            defaultValue = "",
            description =
                    "A text may have several labels, or none, with this between them: one head for each, such as topics.")
    private String separator = "";

    @Option(
            names = "--stack",
            description =
                    "Train an n-gram model, a bag of embeddings and a network over bytes, weighed together.")
    private boolean stack;

    @Option(
            names = "--decisions",
            paramLabel = "FILE",
            description =
                    "Learn too from what people decided, as ./mobula safety decisions writes it; of each text only the label"
                            + " that was decided about is known.")
    private @Nullable Path decisions;

    @Option(
            names = "--together",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Weigh the text's score with what else is known of each text: columns of scores between 0 and 1, such as"
                            + " campaign, graph and actor; missing where nobody knows. A head is weighed where that helps"
                            + " texts that trained nothing; guards use it under policies with together.")
    private List<String> together = List.of();

    @Option(
            names = "--teach",
            paramLabel = "FILE",
            description =
                    "Teach the n-gram model what the stack thinks of these texts, of a column like TEXTS', and publish that:"
                            + " small and fast; the gap at the operating point is told.")
    private @Nullable Path teach;

    @Option(
            names = "--grammar",
            paramLabel = "FILE",
            description =
                    "Learn texts too that a grammar writes: its 'attack' for the head, its 'benign' around the words that"
                            + " set the head apart. 'injection' is the built-in one. Needs two classes.")
    private @Nullable String grammar;

    @Option(
            names = "--written",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many texts of either side the grammar writes, 1..100000 (1000).")
    private int written;

    @Option(
            names = "--bits",
            paramLabel = "N",
            defaultValue = "20",
            description = "Size of the table as a power of two, 10..24 (20).")
    private int bits;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Decides which texts calibrate (42).")
    private long seed;

    @Option(
            names = "--rejects",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many bad records are set aside before the file is refused (0).")
    private long rejectsMax;

    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "The store of bundles (MOBULA_HOME/safety).")
    private @Nullable Path store;

    private final Path usualStore;

    SafetyTrain(Console console, Path usualStore) {
        this.console = console;
        this.usualStore = usualStore;
    }

    @Override
    public Integer call() throws IOException {
        NgramSettings settings = settings();
        Rejects rejects = new Rejects(rejectsMax);
        TextTargets own = read(rejects);
        TextTargets read = decisions == null ? own : ReviewedTexts.read(decisions).onto(own);
        TableOptions.tell(console, rejects);
        String digest = DurableFile.sha256(texts);
        String version = name + "-" + digest.substring(0, 12);
        NgramTraining.Trained trained;
        try (ShownProgress shown = new ShownProgress()) {
            trained = trained(settings, version, read, console.watched() ? shown : Progress.NONE);
        }
        console.say(trained.fitted() + " texts trained, " + trained.calibrated() + " calibrated");
        console.say(table(trained).text());
        console.say(slices(trained).text());
        MetaHeads weighed = weighed(trained, settings, read);
        String id = publish(trained, weighed, settings, digest);
        console.say(id);
        return 0;
    }

    private TextTargets read(Rejects rejects) {
        if (separator.isEmpty()) {
            LabelledTexts read = LabelledTexts.read(texts, textColumn, labelColumn, rejects);
            return TextTargets.of(grammar == null ? read : more(read, grammar));
        }
        if (grammar != null) {
            throw new CommandFailure("--grammar: goes with two classes, not with --labels");
        }
        return TextTargets.read(texts, textColumn, labelColumn, separator, rejects);
    }

    private LabelledTexts more(LabelledTexts read, String from) {
        if (written < 1 || written > WRITTEN_MAX) {
            throw new CommandFailure("--written " + written + ": must be 1.." + WRITTEN_MAX);
        }
        try {
            Grammar rules =
                    from.equals("injection")
                            ? Grammar.injection()
                            : Grammar.parse(Files.readString(Path.of(from)));
            int label = read.classes().indexOf(NgramTraining.heads(read).getFirst());
            return HardNegatives.written(read, label, rules, written, TRIGGERS, seed);
        } catch (IOException unread) {
            throw new CommandFailure("--grammar " + from + ": " + unread.getMessage());
        }
    }

    private NgramTraining.Trained trained(
            NgramSettings settings, String version, TextTargets read, Progress progress) {
        int[] groups = groups(read);
        if (teach == null) {
            return stack
                    ? new StackTraining(settings, progress).train(version, read, groups)
                    : new NgramTraining(settings, progress).train(version, read, groups);
        }
        NgramTraining.Trained large =
                new StackTraining(settings, progress).train(version, read, groups);
        Distillation.Distilled small = Distillation.of(settings, large, read, texts(teach));
        small.gaps()
                .forEach(
                        (head, gap) ->
                                console.say(
                                        "%s: recall %.3f of the stack, %.3f of what it taught"
                                                .formatted(head, gap.large(), gap.small())));
        return small.trained();
    }

    private static int[] groups(TextTargets read) {
        List<String> canonical =
                read.texts().stream().map(text -> Canonicaliser.read(text).text()).toList();
        return NearDuplicates.groups(canonical, ALIKE);
    }

    /// What weighs the text's scores with what else is known, where that helps.
    private MetaHeads weighed(
            NgramTraining.Trained trained, NgramSettings settings, TextTargets read) {
        if (together.isEmpty()) {
            return MetaHeads.NONE;
        }
        if (grammar != null || rejectsMax > 0 || decisions != null) {
            throw new CommandFailure(
                    "--together: goes not with --grammar, --rejects or --decisions, which change the rows");
        }
        double[][] signals = TogetherTraining.signals(texts, together, new Rejects(0));
        TogetherTraining.Trained made =
                TogetherTraining.of(settings, trained, groups(read), together, signals);
        Table table =
                Table.of("head", "texts", "AUC", "AUC together", "recall", "together", "weighed");
        for (TogetherTraining.Gain one : made.gains()) {
            table.row(
                    one.head(),
                    one.texts(),
                    one.textAuc(),
                    one.auc(),
                    one.textRecall(),
                    one.recall(),
                    one.isKept() ? "together" : "text alone");
        }
        console.say(table.text());
        return made.heads();
    }

    private List<String> texts(Path file) {
        Rejects rejects = new Rejects(rejectsMax);
        List<String> more = TextTargets.texts(file, textColumn, rejects);
        TableOptions.tell(console, rejects);
        return more;
    }

    private static Table slices(NgramTraining.Trained trained) {
        Table table = Table.of("head", "harmless texts", "of them", "acted on", "lower", "upper");
        for (Slices.Slice one : Slices.of(trained.model(), trained.held())) {
            table.row(one.head(), one.name(), one.texts(), one.share(), one.lower(), one.upper());
        }
        return table;
    }

    private NgramSettings settings() {
        NgramSettings usual = NgramSettings.usual().withSize(bits, seed);
        if (limit.isEmpty()) {
            return usual;
        }
        if (limit.size() > 1) {
            throw new CommandFailure("--limit " + limit + ": only one of them");
        }
        Map.Entry<String, Double> one = limit.entrySet().iterator().next();
        for (OperatingPoint.Goal goal : OperatingPoint.Goal.values()) {
            if (goal.label().equals(one.getKey().toLowerCase(Locale.ROOT))) {
                return usual.withGoal(goal, one.getValue());
            }
        }
        throw new CommandFailure(
                "--limit " + one.getKey() + ": must be false-positive-rate, precision or cost");
    }

    private static Table table(NgramTraining.Trained trained) {
        Table table =
                Table.of("head", "threshold", "recall", "precision", "false positives", "ECE");
        trained.observations()
                .forEach(
                        (head, seen) -> {
                            OperatingPoint point = point(trained, head);
                            table.row(
                                    head,
                                    point.threshold(),
                                    point.recall(),
                                    point.precision(),
                                    point.falsePositiveRate(),
                                    seen.size() < TextBundles.BINNED_MIN ? "-" : error(head, seen));
                        });
        return table;
    }

    private static OperatingPoint point(NgramTraining.Trained trained, String head) {
        OperatingPoint point = trained.model().points().get(head);
        if (point == null) {
            throw new IllegalStateException("head " + head + " has no operating point");
        }
        return point;
    }

    private static double error(String head, Observations seen) {
        return Reliability.of(head, seen, TextBundles.BINS, 1).expectedCalibrationError();
    }

    private String publish(
            NgramTraining.Trained trained, MetaHeads weighed, NgramSettings settings, String digest)
            throws IOException {
        Path into = store == null ? usualStore : store;
        BundleStore bundles = BundleStore.open(into, Long.MAX_VALUE, InstantSource.system());
        Map<String, String> data = new TreeMap<>(Map.of("texts", digest));
        if (decisions != null) {
            data.put("decisions", DurableFile.sha256(decisions));
        }
        return TextBundles.publish(bundles, name, trained, weighed, settings, data);
    }
}
