package dev.mobula.cluster.cli;

import dev.mobula.cluster.backup.StateBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `restore`: a backup as the state of an engine.
@Command(
        name = "restore",
        description = {
            "Put a backup in place as the state of an engine.",
            "First every file is checked: a backup that is damaged is refused by the name of the file, and nothing is"
                    + " restored. A budget ledger comes back sealed: what was sent since is not known to it."
        })
final class RestoreCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "BACKUP", description = "The backup.")
    private Path backup = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "STATE",
            description = "The state folder to make; must not be there, or be empty.")
    private Path state = Path.of("");

    RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        long bytes = StateBackup.bytesOf(backup);
        try (ShareBar bar = new ShareBar(console, "restore")) {
            StateBackup.Done done =
                    new StateBackup(BackupCommand.shares(bar, bytes)).restore(backup, state);
            console.say(state + ": " + done.files() + " files, " + done.bytes() + " bytes");
        }
        return 0;
    }
}
