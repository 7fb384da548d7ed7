package dev.mobula.cluster.cli;

import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.EventJoin;
import dev.mobula.training.log.LogOptions;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `data join`: impressions of an event log with what came of them.
@Command(
        name = "join",
        description = {
            "Make a data set of an event log: impressions with the features they were scored from, and a column"
                    + " label.KIND for each kind of feedback.",
            "Late, early, repeated and orphaned feedback is counted. Impressions whose window is not over are left out."
        })
final class DataJoin implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "LOG", description = "The event log's folder.")
    private Path log = Path.of("");

    @Parameters(index = "1", paramLabel = "FOLDER", description = "The data set to make.")
    private Path folder = Path.of("");

    @Option(
            names = "--kinds",
            paramLabel = "KIND,...",
            split = ",",
            required = true,
            description = "The kinds of feedback, in the order of their columns.")
    private List<String> kinds = List.of();

    @Option(
            names = "--window",
            paramLabel = "SPAN",
            converter = Span.class,
            defaultValue = "24h",
            description = "How long after an impression its feedback counts (24h).")
    private Duration window = Duration.ZERO;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "The log is complete up to this moment, as 2026-01-31T00:00:00Z (now).")
    private @Nullable String until;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            defaultValue = "64GB",
            description = "What the data set may take of the disk (64GB).")
    private long diskBytes;

    DataJoin(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        EventJoin.Settings settings =
                new EventJoin.Settings(
                        window, moment(), kinds, EventJoin.Settings.FEEDBACK_ROWS_MAX);
        try (EventJoin join = EventJoin.open(log, settings);
                ShareBar bar = new ShareBar(console, "join")) {
            Dataset made =
                    Dataset.write(
                            folder,
                            join,
                            LogOptions.DEFAULT.withBytesMax(diskBytes),
                            InstantSource.system(),
                            (rows, share) -> bar.at(share));
            EventJoin.Counts counts = join.counts();
            console.say(folder + ": " + made.rows() + " impressions");
            console.say("  not over yet: " + counts.open());
            console.say(
                    "feedback: %d attributed, %d late, %d early, %d orphaned, %d repeated, %d of other kinds, %d not over"
                            .formatted(
                                    counts.attributed(),
                                    counts.late(),
                                    counts.early(),
                                    counts.orphan(),
                                    counts.repeated(),
                                    counts.otherKind(),
                                    counts.ofOpen()));
        }
        return 0;
    }

    private Instant moment() {
        if (until == null) {
            return InstantSource.system().instant();
        }
        try {
            return Instant.parse(until);
        } catch (DateTimeException e) {
            throw new CommandFailure("--until " + until + ": must be as 2026-01-31T00:00:00Z");
        }
    }
}
