package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.zone.ZoneRulesProvider;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which version of the world's time zones a ledger was last opened with: when it is another, its log says so, because
/// days that begin from now on may end at other times than were expected.
final class ZoneRulesNote {
    private static final Logger LOG = LoggerFactory.getLogger(ZoneRulesNote.class);
    private static final String FILE = "zone-rules";

    private ZoneRulesNote() {}

    /// Compares the machine's version with the one noted in a folder, and notes it; the one before, when it was another.
    static Optional<String> compare(Path folder, String ledger) throws IOException {
        return compare(folder, ledger, ZoneRulesProvider.getVersions("UTC").lastKey());
    }

    static Optional<String> compare(Path folder, String ledger, String version) throws IOException {
        AtomicFile note = new AtomicFile(folder.resolve(FILE));
        Optional<String> before = note.read();
        if (before.equals(Optional.of(version))) {
            return Optional.empty();
        }
        note.write(version);
        before.ifPresent(
                other ->
                        LOG.warn(
                                "{}: time zones are of version {}, before {}: open windows keep their"
                                        + " ends, the next ones follow the new rules",
                                ledger,
                                version,
                                other));
        return before;
    }
}
