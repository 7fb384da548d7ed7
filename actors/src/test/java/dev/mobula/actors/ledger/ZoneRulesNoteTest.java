package dev.mobula.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ZoneRulesNoteTest {
    @TempDir Path folder;

    @Test
    void anotherVersionOfTheZonesIsToldOnce() throws IOException {
        assertThat(ZoneRulesNote.compare(folder, "ledger-0", "2025a")).isEmpty();
        assertThat(ZoneRulesNote.compare(folder, "ledger-0", "2025a")).isEmpty();
        assertThat(ZoneRulesNote.compare(folder, "ledger-0", "2025b")).hasValue("2025a");
        assertThat(ZoneRulesNote.compare(folder, "ledger-0", "2025b")).isEmpty();
        assertThat(ZoneRulesNote.compare(folder, "ledger-0")).hasValue("2025b");
    }
}
