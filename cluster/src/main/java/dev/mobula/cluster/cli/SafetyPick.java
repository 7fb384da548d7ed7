package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.safety.ActiveLearning;
import dev.mobula.training.safety.TextTargets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `safety pick`: the texts that people should judge next.
@Command(
        name = "pick",
        description = {
            "Choose texts for people to judge: those nearest to the threshold of the promoted model's head, and others drawn"
                    + " with a known chance, whose weight makes the share of bad texts an unbiased estimate.",
            "Writes JSONL: text, score, weight (0 for one that is only there to teach); with --queue people of a running"
                    + " engine are asked."
        })
final class SafetyPick implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final double MIDDLE = .5;

    private final Console console;
    private final Path usualStore;

    @Parameters(index = "0", paramLabel = "TEXTS", description = "Texts without labels.")
    private Path texts = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
    private Path out = Path.of("");

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            defaultValue = "text",
            description = "The column of texts (text).")
    private String column = "";

    @Option(
            names = "--head",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The head (the first).")
    private String head = "";

    @Option(
            names = "--size",
            paramLabel = "N",
            defaultValue = "100",
            description = "About how many, 2..10000 (100).")
    private int size;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Of the draw (42).")
    private long seed;

    @Mixin private QueueOption queue = new QueueOption();

    @Mixin private PromotedModel model = new PromotedModel();

    SafetyPick(Console console, Path usualStore) {
        this.console = console;
        this.usualStore = usualStore;
    }

    @Override
    public Integer call() throws IOException {
        TextModel judge = model.load(usualStore);
        int place = head.isEmpty() ? 0 : judge.heads().indexOf(head);
        if (place < 0) {
            throw new CommandFailure("--head " + head + ": must be one of " + judge.heads());
        }
        List<String> all = TextTargets.texts(texts, column, new Rejects(0));
        double[] scores = new double[all.size()];
        Ngrams scratch = judge.scratch();
        try (ShareBar bar = new ShareBar(console, "score")) {
            for (int i = 0; i < scores.length; i++) {
                scores[i] = judge.score(Canonicaliser.read(all.get(i)), scratch)[place];
                bar.at((i + 1.0) / scores.length);
            }
        }
        OperatingPoint point = judge.points().get(judge.heads().get(place));
        double threshold = point == null ? MIDDLE : Math.min(1, point.threshold());
        List<ActiveLearning.Pick> picks = ActiveLearning.pick(scores, threshold, size, seed);
        List<String> items = queue.isWanted() ? queue.items(texts) : List.of();
        StringBuilder lines = new StringBuilder();
        for (ActiveLearning.Pick one : picks) {
            lines.append(
                            JSON.writeValueAsString(
                                    Map.of(
                                            "text", all.get(one.text()),
                                            "score", one.score(),
                                            "weight", one.weight())))
                    .append('\n');
            if (queue.isWanted()) {
                String why =
                        String.format(
                                Locale.ROOT,
                                "picked to learn from: score %.3f, stands for %.1f texts",
                                one.score(),
                                one.weight());
                queue.put(items.get(one.text()), "model:" + judge.version(), one.score(), why);
            }
        }
        DurableFile.write(out, lines.toString().getBytes(StandardCharsets.UTF_8));
        long drawn = picks.stream().filter(one -> one.chance() > 0).count();
        console.say(
                Table.of("texts", "picked", "drawn", "threshold")
                        .row(all.size(), picks.size(), drawn, threshold)
                        .text());
        return 0;
    }
}
