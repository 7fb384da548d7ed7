package dev.mobula.cluster.cli;

import dev.mobula.cluster.backup.StateBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `backup`: everything that an engine keeps, in a folder with checksums.
@Command(
        name = "backup",
        description = {
            "Copy everything that an engine keeps into a new folder, with the checksum of every file.",
            "The engine must have ended: a service that runs on the state is named, and nothing is copied. On Ray, back up"
                    + " the state folder of each node."
        })
final class BackupCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Parameters(index = "0", paramLabel = "STATE", description = "The engine's state folder.")
    private Path state = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "BACKUP",
            description = "The folder to make; must not be there yet.")
    private Path backup = Path.of("");

    BackupCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        long bytes = StateBackup.bytesOf(state);
        try (ShareBar bar = new ShareBar(console, "backup")) {
            StateBackup.Done done =
                    new StateBackup(shares(bar, bytes)).backUp(state, backup, clock.millis());
            console.say(backup + ": " + done.files() + " files, " + done.bytes() + " bytes");
        }
        return 0;
    }

    static java.util.function.LongConsumer shares(ShareBar bar, long bytes) {
        long[] done = {0};
        return copied -> {
            done[0] += copied;
            bar.at((double) done[0] / Math.max(1, bytes));
        };
    }
}
