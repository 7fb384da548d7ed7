package dev.mobula.cluster.evaluate.ope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpeStudyTest {
    @Test
    void everyCheckOfRealLogsHolds() throws IOException {
        Path folder = folder();
        assumeTrue(Files.exists(folder));
        Report report = new OpeStudy().run(Optional.of(folder), 1);
        assertThat(report.checks())
                .filteredOn(check -> check.name().contains("covers"))
                .hasSize(6)
                .allMatch(Check::holds);
        assertThat(report.text()).contains("Open Bandit, men").contains("Synthetic: 1 runs");
    }

    @Test
    void withoutLogsTheSyntheticTableStands() throws IOException {
        Report report = new OpeStudy().run(Optional.empty(), 1);
        assertThat(report.checks()).hasSize(4);
    }

    private static Path folder() {
        Path at = Path.of("").toAbsolutePath();
        while (at.getParent() != null && !Files.exists(at.resolve("shared").resolve("datasets"))) {
            at = at.getParent();
        }
        return at.resolve("shared").resolve("datasets").resolve("open-bandit");
    }
}
