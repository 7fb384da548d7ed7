package dev.mobula.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run records is bounded, and a run that was broken off leaves the records of one that was not.
final class MetricsLogTest {
    @TempDir Path folder;

    private void record(int from, int to) {
        try (MetricsLog log = MetricsLog.open(folder, from)) {
            for (int step = from + 1; step <= to; step++) {
                log.add(new MetricsLog.Entry(step, step, false, Map.of("loss", 1.0 / step)));
                if (step % 10 == 0) {
                    log.add(new MetricsLog.Entry(step, step, true, Map.of("auc", .5)));
                }
            }
        }
    }

    @Test
    void resumingForgetsWhatComesAgainAndATornLine() throws Exception {
        record(0, 57);
        Files.writeString(
                folder.resolve("metrics.jsonl"), "{\"step\": 58, \"sec", StandardOpenOption.APPEND);
        assertThat(MetricsLog.read(folder)).hasSize(57 + 5);
        record(40, 80);
        List<MetricsLog.Entry> broken = MetricsLog.read(folder);
        Files.delete(folder.resolve("metrics.jsonl"));
        record(0, 80);
        assertThat(broken).isEqualTo(MetricsLog.read(folder));
    }

    @Test
    void notFiniteValuesAreLeftOut() {
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.add(new MetricsLog.Entry(1, 1, false, Map.of("loss", Double.NaN, "norm", 2.0)));
        }
        assertThat(MetricsLog.read(folder).getFirst().values()).isEqualTo(Map.of("norm", 2.0));
    }

    @Test
    void aLongRunLeavesFewRecords() {
        assertThat(IntStream.rangeClosed(1, 8_192).filter(MetricsLog::isRecorded).count())
                .isEqualTo(8_192);
        assertThat(IntStream.rangeClosed(1, 10_000_000).filter(MetricsLog::isRecorded).count())
                .isLessThan(55_000);
    }

    @Test
    void curvesAreThinnedToTheirMeans() {
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            points.add(new double[] {i, i % 2});
        }
        List<double[]> thinned = RunReport.thinned(points);
        assertThat(thinned).hasSize(600);
        assertThat(thinned).allMatch(point -> point[1] > .4 && point[1] < .6);
        assertThat(RunReport.escaped("<a href=\"x\">&"))
                .isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
