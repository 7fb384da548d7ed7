package dev.mobula.training.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.training.columns.Rows;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed while it appends, or meets a full disk, loses nothing that it acknowledged.
final class LogCrashTest {
    private static final int ROUNDS = 3;
    private static final int ROWS_BEFORE_KILL = 300;

    @TempDir Path root;

    @Test
    @Timeout(120)
    void everyAcknowledgedRowSurvivesKillNine() throws Exception {
        Set<Long> acknowledged = new HashSet<>();
        for (int round = 1; round <= ROUNDS; round++) {
            Child child = run("", round * 1_000_000L, 40, ROWS_BEFORE_KILL);
            assertThat(child.exit()).as("killed by signal 9").isEqualTo(128 + 9);
            acknowledged.addAll(child.acknowledged());
            assertThat(stored()).doesNotHaveDuplicates().containsAll(acknowledged);
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * ROWS_BEFORE_KILL);
        assertThat(stored().size())
                .isLessThanOrEqualTo(acknowledged.size() + ROUNDS * LogChild.WRITERS);
    }

    /// A limit on the size of files stands in for the full disk.
    @Test
    @Timeout(120)
    void aDiskThatTakesNoMoreRefusesRowsAndKeepsWhatWasAcknowledged() throws Exception {
        Child child = run("ulimit -f 12; ", 1, 100, Integer.MAX_VALUE);
        assertThat(child.refusals()).hasSize(LogChild.WRITERS);
        assertThat(child.refusals()).anyMatch(line -> line.contains("not acknowledged"));
        assertThat(child.acknowledged()).isNotEmpty();
        assertThat(stored()).doesNotHaveDuplicates().containsAll(child.acknowledged());
    }

    private record Child(int exit, List<Long> acknowledged, List<String> refusals) {}

    private Child run(String prefix, long firstId, int fillingBytes, int rowsBeforeKill)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogChild.class.getName(),
                        root.toRealPath().toString(),
                        Long.toString(firstId),
                        Integer.toString(fillingBytes)));
        Process child =
                new ProcessBuilder(shell(prefix, command))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<Long> acknowledged = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(LogChild.REFUSED)) {
                    refusals.add(line);
                } else {
                    acknowledged.add(Long.parseLong(line));
                }
                if (acknowledged.size() == rowsBeforeKill || refusals.size() == LogChild.WRITERS) {
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.toHandle().destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Child(child.exitValue(), acknowledged, refusals);
    }

    private static List<String> shell(String prefix, List<String> command) {
        List<String> all = new ArrayList<>(List.of("bash", "-c", prefix + "exec \"$@\"", "child"));
        all.addAll(command);
        return all;
    }

    private List<Long> stored() {
        LogView view = LogView.open(root);
        Rows rows = new Rows(LogChild.SCHEMA);
        try (LogReader reader = view.reader()) {
            reader.read(0, (int) view.rows(), rows);
        }
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            ids.add(rows.wholes(0).get(i));
        }
        return ids;
    }
}
