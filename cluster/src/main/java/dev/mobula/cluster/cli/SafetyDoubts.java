package dev.mobula.cluster.cli;

import dev.mobula.cluster.evaluate.ShownProgress;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.campaign.NearDuplicates;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.LabelAudit;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `safety doubts`: labels that are probably wrong.
@Command(
        name = "doubts",
        description =
                "Show the texts whose label is probably wrong, as models that did not see them have it, the surest first.")
final class SafetyDoubts implements Callable<Integer> {
    private static final double ALIKE = .6;
    private static final double MIDDLE = .5;
    private static final int SHOWN_CHARS = 80;

    private final Console console;

    @Parameters(index = "0", paramLabel = "TEXTS", description = "Texts with a label each.")
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
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "The most that are shown (50).")
    private int limit;

    @Mixin private QueueOption queue = new QueueOption();

    SafetyDoubts(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        LabelledTexts read = LabelledTexts.read(texts, textColumn, labelColumn, new Rejects(0));
        List<String> canonical =
                read.texts().stream().map(text -> Canonicaliser.read(text).text()).toList();
        List<LabelAudit.Doubt> doubts;
        try (ShownProgress shown = new ShownProgress()) {
            Progress progress = console.watched() ? shown : Progress.NONE;
            int[] groups = NearDuplicates.groups(canonical, ALIKE);
            doubts = LabelAudit.of(NgramSettings.usual(), read, groups, progress);
        }
        Table table = Table.of("row", "label", "looks like", "margin", "text");
        doubts.stream()
                .limit(limit)
                .forEach(
                        one ->
                                table.row(
                                        one.text(),
                                        read.classes().get(one.told()),
                                        read.classes().get(one.likely()),
                                        one.margin(),
                                        shown(canonical.get(one.text()))));
        console.say(doubts.size() + " of " + read.size() + " labels are doubted");
        console.say(table.text());
        if (queue.isWanted()) {
            List<String> items = queue.items(texts);
            for (LabelAudit.Doubt one : doubts.subList(0, Math.min(limit, doubts.size()))) {
                String why =
                        "labelled %s, looks like %s"
                                .formatted(
                                        read.classes().get(one.told()),
                                        read.classes().get(one.likely()));
                queue.put(items.get(one.text()), "model:audit", MIDDLE, why);
            }
        }
        return 0;
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }
}
