package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.Feedback;
import dev.mobula.training.log.Impression;
import dev.mobula.training.log.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// From a served log to a promoted bundle by commands alone.
final class TrainCommandTest {
    private static final FeatureSchema SCHEMA =
            new FeatureSchema(
                    "small",
                    1,
                    List.of(new EmbeddingSpec("kinds", 8, 2)),
                    List.of(
                            new Feature.Dense("age", Side.USER, Scaling.LOG, 0),
                            new Feature.Categorical(
                                    "kind", Side.ITEM, "kinds", List.of("a", "b"))));

    @TempDir private Path home;
    private final Said data = new Said(DataCommand::of);
    private final Said train =
            new Said(console -> new CommandLine(new TrainCommand(console, home)));
    private final Said runs = new Said(console -> RunsCommand.of(console, home));
    private final Said bundles = new Said(console -> BundleCommand.of(console, home));

    private void serve() {
        long micros =
                InstantSource.system().millis() * 1_000 - Duration.ofDays(2).toMillis() * 1_000;
        FeatureLayout layout = FeatureLayout.of(SCHEMA);
        try (EventLog log =
                EventLog.open(
                        home.resolve("log"),
                        SCHEMA,
                        List.of("click"),
                        LogOptions.DEFAULT,
                        InstantSource.system())) {
            for (int i = 0; i < 400; i++) {
                FeatureBatch page = new FeatureBatch(layout, 1);
                page.begin(layout.encodeUser(Map.of("age", new FeatureValue.Amount(i % 50))), 0);
                String kind = i % 2 == 0 ? "a" : "b";
                page.add(i, layout.encodeItem(Map.of("kind", new FeatureValue.Text(kind))));
                String request = "r" + i;
                var _ =
                        log.served(
                                List.of(
                                        new Impression(
                                                request,
                                                1,
                                                i,
                                                micros,
                                                "home",
                                                0,
                                                "x",
                                                1,
                                                "m",
                                                "k",
                                                List.of(0f),
                                                page.vector(0))));
                if ((i % 2 == 0 && i % 10 != 0) || i % 11 == 0) {
                    var _ = log.done(List.of(new Feedback(request, 1, i, micros + 1, "click", 1)));
                }
            }
        }
    }

    @Test
    void aLogBecomesAPromotedBundle() throws Exception {
        serve();
        assertThat(data.run("verify", home.resolve("log"))).as(data.err()).isZero();
        assertThat(
                        data.run(
                                "join",
                                home.resolve("log"),
                                home.resolve("joined"),
                                "--kinds",
                                "click"))
                .as(data.err())
                .isZero();
        assertThat(data.out()).contains("400 impressions", " 0 late, 0 early, 0 orphaned");
        Path file =
                Files.writeString(
                        home.resolve("run.yaml"),
                        """
                        name: first
                        task: multitask
                        batch: 32
                        steps: 40
                        data: {train: joined}
                        model: {hidden: [8], labels: [{head: click, kind: click}]}
                        optimizer: {rate: 0.02}
                        evaluation: {every: 20}
                        bundle: {name: home, store: bundles}
                        """);
        assertThat(train.run(file, "--check")).as(train.err()).isZero();
        assertThat(train.out()).contains("multitask, 40 steps of 32 rows");
        assertThat(train.run(file)).as(train.err()).isZero();
        assertThat(train.out()).contains("DONE", "auc.click", "bundle ");
        assertThat(train.err()).contains("first: 40 steps", "step 20:");
        assertThat(train.run(file, "--id", "second")).isZero();
        assertThat(train.run(file)).isEqualTo(1);
        assertThat(train.err()).contains("this run is done");
        assertThat(runs.run("list")).isZero();
        assertThat(runs.out()).contains("first", "second", "done", "40/40");
        assertThat(runs.run("show", "first")).isZero();
        assertThat(runs.out()).contains("data train", "report.html");
        assertThat(runs.run("compare", "first", "second")).isZero();
        assertThat(runs.out()).contains("auc.click").doesNotContain("description");
        assertThat(runs.run("show", "third")).isEqualTo(1);
        assertThat(runs.err()).contains("third: no such run");
        assertThat(bundles.run("list")).isZero();
        String id = bundles.out().lines().skip(2).findFirst().orElseThrow().substring(0, 12);
        assertThat(bundles.run("promote", id)).as(bundles.err()).isZero();
    }

    @Test
    void aWrongDescriptionIsRefusedByLine() throws Exception {
        Path file =
                Files.writeString(
                        home.resolve("run.yaml"), "name: x\ntask: multitask\nbatch: no\n");
        assertThat(train.run(file)).isEqualTo(1);
        assertThat(train.err()).contains("run.yaml:1: optimizer=: is missing");
        assertThat(train.run(home.resolve("none.yaml"))).isEqualTo(1);
        assertThat(train.err()).contains("none.yaml: no such file");
    }
}
