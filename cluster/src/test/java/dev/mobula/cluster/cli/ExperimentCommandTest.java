package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedParameters;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.actors.feed.ImpressionLog;
import dev.mobula.actors.feed.LoggedPage;
import dev.mobula.actors.feed.Scoring;
import dev.mobula.ranking.experiment.Assignment;
import dev.mobula.ranking.experiment.ExperimentPlan;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plan is checked, and what an experiment did is read from the feed's own log.
final class ExperimentCommandTest {
    private static final String PLAN =
            """
            {"holdout": 0.1, "experiments": [{"name": "caps", "start": "2030-01-01T00:00:00Z",
             "end": "2030-02-01T00:00:00Z", "arms": [{"name": "control"},
             {"name": "one", "parameters": {"perAuthorMax": "1"}}]}]}
            """;
    private static final long NOW = Instant.parse("2030-01-05T00:00:00Z").toEpochMilli();

    @TempDir private Path folder;
    private final Said said = new Said(ExperimentCommand::of);

    private Path plan(String text) throws Exception {
        return Files.writeString(folder.resolve("plan.json"), text);
    }

    @Test
    void aPlanIsCheckedAndWhatIsWrongInItIsNamed() throws Exception {
        assertThat(said.run("check", plan(PLAN))).as(said.err()).isZero();
        assertThat(said.out()).contains("caps", "control, one", "10.00 %");
        assertThat(said.run("check", plan(PLAN.replace("perAuthorMax", "perWriter")))).isEqualTo(1);
        assertThat(said.err()).contains("perWriter");
        assertThat(said.run("check", folder.resolve("none.json"))).isEqualTo(1);
        assertThat(said.err()).contains("none.json");
    }

    @Test
    void whatAnExperimentDidIsReadFromTheLogs() throws Exception {
        writeLogs();
        Object[] show = {
            "show",
            plan(PLAN),
            "caps",
            "--impressions",
            folder.resolve("shown"),
            "--events",
            folder.resolve("events"),
            "--metric",
            "like",
            "--per",
            "user"
        };
        assertThat(said.run(show)).as(said.err()).isZero();
        assertThat(said.out()).contains("like per user", "control", "differs");
        show[2] = "other";
        assertThat(said.run(show)).isEqualTo(1);
        assertThat(said.err()).contains("NAME=other");
    }

    /// Users of the control like once or three times, those of the other arm twice as often.
    private void writeLogs() {
        ExperimentPlan plan =
                ExperimentPlan.parse(
                        PLAN, FeedParameters.all(FeedSettings.within(Duration.ofSeconds(1))));
        TableSchema columns =
                TableSchema.of(
                        Column.of("request", Kind.TEXT),
                        Column.of("user", Kind.WHOLE),
                        Column.of("item", Kind.WHOLE),
                        Column.of("time", Kind.INSTANT),
                        Column.of("kind", Kind.TEXT),
                        Column.of("value", Kind.NUMBER));
        Rows feedback = new Rows(columns);
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW));
        int[] usersByArm = new int[2];
        try (ImpressionLog log =
                ImpressionLog.open(folder.resolve("shown"), LogOptions.DEFAULT, clock)) {
            for (long user = 0; user < 800; user++) {
                Assignment assigned = plan.assign(user, NOW);
                if (assigned.heldOut()) {
                    continue;
                }
                log.log(page(user, assigned), new Scoring(Optional.empty(), List.of()), List.of())
                        .join();
                boolean isControl = assigned.exposures().getFirst().arm().equals("control");
                int nth = usersByArm[isControl ? 0 : 1]++;
                like(feedback, user, (isControl ? 1 : 2) * (nth % 2 == 0 ? 1 : 3));
            }
        }
        try (SegmentLog events =
                SegmentLog.open(
                        EventLog.feedback(folder.resolve("events")),
                        columns,
                        LogOptions.DEFAULT,
                        clock)) {
            events.append(feedback);
        }
    }

    private static LoggedPage page(long user, Assignment assigned) {
        return new LoggedPage(
                "r" + user,
                user,
                "home",
                NOW,
                FeedPage.UNRANKED,
                "",
                "",
                "similarity",
                assigned.exposures(),
                assigned.heldOut(),
                Map.of(),
                List.of(),
                List.of());
    }

    private static void like(Rows feedback, long user, double value) {
        feedback.texts(0).add("r" + user);
        feedback.wholes(1).add(user);
        feedback.wholes(2).add(7);
        feedback.wholes(3).add((NOW + 1) * 1_000);
        feedback.texts(4).add("like");
        feedback.numbers(5).add(value);
        feedback.endRow();
    }
}
