package dev.mobula.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.SegmentLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every impression and every row of feedback is accounted for once, as a plain join of lists has it.
final class EventJoinTest {
    private static final TableSchema IMPRESSIONS =
            TableSchema.of(
                    Column.of("request", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("item", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT));
    private static final TableSchema FEEDBACK =
            TableSchema.of(
                    Column.of("request", Kind.TEXT),
                    Column.of("user", Kind.WHOLE),
                    Column.of("item", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("kind", Kind.TEXT),
                    Column.of("value", Kind.NUMBER));
    private static final long SECOND = 1_000_000;

    @TempDir Path root;

    private record Shown(String request, long item, long time) {}

    private record Act(String request, long item, long time, String kind, double value) {}

    private static Path log(Path folder, List<Shown> shown, List<Act> acts) {
        Rows impressions = new Rows(IMPRESSIONS);
        for (Shown one : shown) {
            impressions.texts(0).add(one.request());
            impressions.wholes(1).add(1);
            impressions.wholes(2).add(one.item());
            impressions.wholes(3).add(one.time());
            impressions.endRow();
        }
        Rows feedback = new Rows(FEEDBACK);
        for (Act act : acts) {
            feedback.texts(0).add(act.request());
            feedback.wholes(1).add(1);
            feedback.wholes(2).add(act.item());
            feedback.wholes(3).add(act.time());
            feedback.texts(4).add(act.kind());
            feedback.numbers(5).add(act.value());
            feedback.endRow();
        }
        append(EventLog.impressions(folder), impressions);
        append(EventLog.feedback(folder), feedback);
        return folder;
    }

    private static void append(Path folder, Rows rows) {
        try (SegmentLog log =
                SegmentLog.open(
                        folder, rows.schema(), LogOptions.DEFAULT, InstantSource.system())) {
            log.append(rows);
        }
    }

    private static EventJoin.Settings settings(int feedbackRowsMax) {
        return new EventJoin.Settings(
                Duration.ofSeconds(10),
                Instant.ofEpochSecond(100),
                List.of("click", "dwell"),
                feedbackRowsMax);
    }

    private record Joined(Map<String, List<Double>> labels, EventJoin.Counts counts) {}

    private static Joined join(Path log, int feedbackRowsMax) {
        Map<String, List<Double>> labels = new TreeMap<>();
        try (EventJoin join = EventJoin.open(log, settings(feedbackRowsMax))) {
            Rows rows = new Rows(join.schema());
            while (join.next(rows, 3)) {
                for (int i = 0; i < rows.size(); i++) {
                    labels.put(
                            rows.texts(0).get(i) + "/" + rows.wholes(2).get(i),
                            List.of(rows.numbers(4).get(i), rows.numbers(5).get(i)));
                }
            }
            return new Joined(labels, join.counts());
        }
    }

    @Test
    void feedbackGoesToItsImpressionOrIsCounted() {
        Path log =
                log(
                        root,
                        List.of(
                                new Shown("r1", 1, 0),
                                new Shown("r1", 2, 0),
                                new Shown("r2", 1, 90 * SECOND),
                                new Shown("r3", 1, 90 * SECOND + 1)),
                        List.of(
                                new Act("r1", 1, SECOND, "click", 1),
                                new Act("r1", 1, SECOND, "click", 1),
                                new Act("r1", 1, 2 * SECOND, "dwell", 3.5),
                                new Act("r1", 1, 10 * SECOND, "dwell", 0.5),
                                new Act("r1", 1, 10 * SECOND + 1, "click", 1),
                                new Act("r1", 2, -1, "click", 1),
                                new Act("r1", 2, 5, "like", 1),
                                new Act("r2", 2, 91 * SECOND, "click", 1),
                                new Act("r9", 1, 5, "click", 1),
                                new Act("r3", 1, 91 * SECOND, "click", 1)));
        Joined joined = join(log, 100);
        assertThat(joined.labels())
                .isEqualTo(
                        Map.of(
                                "r1/1", List.of(1.0, 4.0),
                                "r1/2", List.of(0.0, 0.0),
                                "r2/1", List.of(0.0, 0.0)));
        assertThat(joined.counts()).isEqualTo(new EventJoin.Counts(3, 1, 3, 1, 1, 2, 1, 1, 1));
    }

    @Test
    void joinsInPartsAreTheJoinAtOnceAndAgreeWithPlainLists() {
        Seeds.forAll(
                8,
                random -> {
                    List<Shown> shown = shown(random);
                    List<Act> acts = acts(random);
                    Path log = log(Files.createTempDirectory(root, "log"), shown, acts);
                    Joined atOnce = join(log, 1_000);
                    assertThat(join(log, 1 + random.nextInt(40))).isEqualTo(atOnce);
                    assertThat(atOnce.labels()).isEqualTo(plain(shown, acts));
                    assertThat(atOnce.counts().feedback()).isEqualTo(acts.size());
                    assertThat(atOnce.counts().joined() + atOnce.counts().open())
                            .isEqualTo(shown.size());
                });
    }

    private static List<Shown> shown(SplittableRandom random) {
        Set<Shown> shown = new HashSet<>();
        for (int r = 0; r < 60; r++) {
            long time = random.nextLong(100 * SECOND);
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                shown.add(new Shown("request " + r, i, time));
            }
        }
        return List.copyOf(shown);
    }

    private static List<Act> acts(SplittableRandom random) {
        List<Act> acts = new ArrayList<>();
        String[] kinds = {"click", "dwell", "like"};
        for (int i = 0; i < 200; i++) {
            acts.add(
                    new Act(
                            "request " + random.nextInt(70),
                            random.nextInt(4),
                            random.nextLong(110 * SECOND),
                            kinds[random.nextInt(3)],
                            random.nextInt(3)));
        }
        acts.addAll(acts.subList(0, 10));
        return acts;
    }

    private static Map<String, List<Double>> plain(List<Shown> shown, List<Act> acts) {
        Map<String, List<Double>> labels = new TreeMap<>();
        for (Shown one : shown) {
            if (one.time() > 90 * SECOND) {
                continue;
            }
            double clicks = 0;
            double dwell = 0;
            for (Act act : new HashSet<>(acts)) {
                if (act.request().equals(one.request())
                        && act.item() == one.item()
                        && act.time() >= one.time()
                        && act.time() <= one.time() + 10 * SECOND) {
                    clicks += act.kind().equals("click") ? act.value() : 0;
                    dwell += act.kind().equals("dwell") ? act.value() : 0;
                }
            }
            labels.put(one.request() + "/" + one.item(), List.of(clicks, dwell));
        }
        return labels;
    }
}
