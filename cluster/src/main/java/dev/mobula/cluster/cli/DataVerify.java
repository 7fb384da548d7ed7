package dev.mobula.cluster.cli;

import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `data verify`: every byte of a data set or an event log against its checksums.
@Command(
        name = "verify",
        description = "Compare every byte of a data set or an event log with its checksums.")
final class DataVerify implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FOLDER", description = "A data set or an event log.")
    private Path folder = Path.of("");

    DataVerify(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path impressions = EventLog.impressions(folder);
        Path feedback = EventLog.feedback(folder);
        List<Path> parts =
                Files.isDirectory(impressions) && Files.isDirectory(feedback)
                        ? List.of(impressions, feedback)
                        : List.of(folder);
        for (Path part : parts) {
            LogView view = LogView.open(part);
            try (ShareBar bar = new ShareBar(console, String.valueOf(part.getFileName()))) {
                view.verify((done, total) -> bar.at((double) done / Math.max(1, total)));
            }
            console.say(
                    "%s: intact, %d rows from %d on in %d files, %d bytes, fingerprint %s"
                            .formatted(
                                    part,
                                    view.rows(),
                                    view.firstRow(),
                                    view.files().size(),
                                    view.bytes(),
                                    view.fingerprint().substring(0, 16)));
        }
        return 0;
    }
}
