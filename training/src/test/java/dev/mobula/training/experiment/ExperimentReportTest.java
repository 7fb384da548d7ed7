package dev.mobula.training.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.experiment.Arm;
import dev.mobula.ranking.experiment.Comparison;
import dev.mobula.ranking.experiment.Experiment;
import dev.mobula.ranking.experiment.ExperimentPlan;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogView;
import dev.mobula.training.log.SegmentLog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExperimentReportTest {
    private static final TableSchema PAGES =
            TableSchema.of(
                    Column.of("user", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("experiments", Kind.TEXTS),
                    Column.of("shown", Kind.WHOLE));
    private static final TableSchema FEEDBACK =
            TableSchema.of(
                    Column.of("user", Kind.WHOLE),
                    Column.of("time", Kind.INSTANT),
                    Column.of("kind", Kind.TEXT),
                    Column.of("value", Kind.NUMBER));
    private static final Experiment EXPERIMENT =
            new Experiment(
                    "caps",
                    "page",
                    0,
                    Experiment.SLOTS,
                    List.of(new Arm("control", 1, Map.of()), new Arm("one", 1, Map.of())),
                    0,
                    1_000);

    @TempDir private Path folder;

    private LogView log(String name, Rows rows) {
        try (SegmentLog log =
                SegmentLog.open(
                        folder.resolve(name),
                        rows.schema(),
                        LogOptions.DEFAULT,
                        InstantSource.system())) {
            log.append(rows);
        }
        return LogView.open(folder.resolve(name));
    }

    private static void page(Rows pages, long user, long time, String exposure, long count) {
        pages.wholes(0).add(user);
        pages.wholes(1).add(time);
        pages.lists(2).add(List.of("other=x", exposure));
        pages.wholes(3).add(count);
        pages.endRow();
    }

    private static void done(Rows feedback, long user, long time, String kind) {
        feedback.wholes(0).add(user);
        feedback.wholes(1).add(time);
        feedback.texts(2).add(kind);
        feedback.numbers(3).add(1);
        feedback.endRow();
    }

    /// A user of the control likes one of ten shown, one of the other arm two of ten.
    @Test
    void aTrueDifferenceIsFoundPerUserAndPerItemShown() {
        ExperimentPlan plan = new ExperimentPlan(List.of(EXPERIMENT), 0, List.of());
        SplittableRandom random = new SplittableRandom(3);
        Rows pages = new Rows(PAGES);
        Rows feedback = new Rows(FEEDBACK);
        for (long user = 0; user < 4_000; user++) {
            String arm = plan.assign(user, 500).exposures().getFirst().arm();
            double share = arm.equals("one") ? .2 : .1;
            done(feedback, user, 5, "like"); // before the experiment: not its doing
            for (int page = 0; page < 3; page++) {
                page(pages, user, 10 + page, "caps=" + arm, 10);
                for (int i = 0; i < 10; i++) {
                    if (random.nextDouble() < share) {
                        done(feedback, user, 20, "like");
                    }
                    done(feedback, user, 20, "view");
                }
            }
        }
        LogView shown = log("pages", pages);
        LogView events = log("feedback", feedback);
        ExperimentReport perShown =
                ExperimentReport.of(EXPERIMENT, shown, events, "like", ExperimentReport.Base.SHOWN);
        assertThat(perShown.usersInTwoArms()).isZero();
        assertThat(perShown.sampleRatio().isBroken()).isFalse();
        assertThat(perShown.arms().stream().mapToLong(ExperimentReport.ArmResult::users).sum())
                .isEqualTo(4_000);
        assertThat(perShown.arms().getFirst().value()).isCloseTo(.1, within(.005));
        Comparison difference = perShown.arms().getLast().comparison().orElseThrow();
        assertThat(difference.isSignificant()).isTrue();
        assertThat(difference.lower()).isLessThan(.1);
        assertThat(difference.upper()).isGreaterThan(.1);
        ExperimentReport perUser =
                ExperimentReport.of(EXPERIMENT, shown, events, "like", ExperimentReport.Base.USER);
        assertThat(perUser.arms().getLast().value()).isCloseTo(6, within(.2));
        ExperimentReport views =
                ExperimentReport.of(EXPERIMENT, shown, events, "view", ExperimentReport.Base.SHOWN);
        assertThat(views.arms().getLast().comparison().orElseThrow().isSignificant()).isFalse();
    }

    @Test
    void brokenAssignmentIsSeenAndTooFewUsersSayNothing() {
        Rows pages = new Rows(PAGES);
        for (long user = 0; user < 300; user++) {
            page(pages, user, 10, user < 250 ? "caps=control" : "caps=one", 10);
        }
        page(pages, 0, 11, "caps=one", 10);
        Rows feedback = new Rows(FEEDBACK);
        done(feedback, 1, 20, "like");
        ExperimentReport report =
                ExperimentReport.of(
                        EXPERIMENT,
                        log("pages", pages),
                        log("feedback", feedback),
                        "like",
                        ExperimentReport.Base.USER);
        assertThat(report.sampleRatio().isBroken()).isTrue();
        assertThat(report.usersInTwoArms()).isEqualTo(1);
        List<ExperimentReport.ArmResult> arms = new ArrayList<>(report.arms());
        assertThat(arms.getLast().comparison()).isEmpty();
        assertThat(arms.getFirst().value()).isCloseTo(1 / 250.0, within(1e-12));
    }
}
