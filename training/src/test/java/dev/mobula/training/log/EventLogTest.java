package dev.mobula.training.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the log gives back is what was served, to the bit.
final class EventLogTest {
    private static final long NOW = 1_700_000_000L;
    private static final FeatureSchema SCHEMA =
            new FeatureSchema(
                    "one of each",
                    1,
                    List.of(new EmbeddingSpec("small", 8, 4), new EmbeddingSpec("large", 1_000, 8)),
                    List.of(
                            new Feature.Dense("age", Side.USER, Scaling.LOG, 30),
                            new Feature.Counter("clicks", Side.USER, Scaling.LOG, 3_600),
                            new Feature.Categorical("country", Side.USER, "small", List.of("de")),
                            new Feature.Sequence("history", Side.USER, "large", 6, ""),
                            new Feature.Dense("length", Side.ITEM, Scaling.LOG, 0),
                            new Feature.Counter("likes", Side.ITEM, Scaling.NONE, 60),
                            new Feature.Categorical("author", Side.ITEM, "large", List.of()),
                            new Feature.Categorical("language", Side.ITEM, "small", List.of("de")),
                            new Feature.MultiValued("tags", Side.ITEM, "large", 3),
                            new Feature.Cross("author_language", "author", "language", "large"),
                            new Feature.Cross("country_language", "country", "language", "large")));

    @TempDir Path root;

    private static EventLog open(Path folder) {
        return EventLog.open(
                folder,
                SCHEMA,
                List.of("click", "like"),
                LogOptions.DEFAULT,
                InstantSource.system());
    }

    private static Map<String, FeatureValue> user(SplittableRandom random) {
        Map<String, FeatureValue> values = new HashMap<>();
        values.put("age", new FeatureValue.Amount(random.nextDouble(90)));
        values.put("clicks", new FeatureValue.Count(random.nextInt(100), NOW - 5_000));
        if (random.nextBoolean()) {
            values.put("country", new FeatureValue.Text(random.nextBoolean() ? "de" : "xx"));
        }
        values.put(
                "history", new FeatureValue.Ids(random.longs(random.nextInt(9)).boxed().toList()));
        return values;
    }

    private static Map<String, FeatureValue> item(SplittableRandom random) {
        return Map.of(
                "length", new FeatureValue.Amount(random.nextDouble(1_000)),
                "likes", new FeatureValue.Count(random.nextInt(1_000), NOW - 30),
                "author", new FeatureValue.Id(random.nextInt(50)),
                "tags", new FeatureValue.Texts(List.of("a", "b" + random.nextInt(5))));
    }

    /// A page of candidates, frozen as serving freezes them.
    private static FeatureBatch page(SplittableRandom random, FeatureLayout layout, int items) {
        FeatureBatch batch = new FeatureBatch(layout, items);
        batch.begin(layout.encodeUser(user(random)), NOW);
        for (int i = 0; i < items; i++) {
            batch.add(100 + i, layout.encodeItem(item(random)));
        }
        return batch;
    }

    private static Impression impression(SplittableRandom random, FeatureBatch page, int place) {
        return new Impression(
                "request ☂ " + random.nextInt(),
                random.nextLong(),
                page.id(place),
                NOW * 1_000_000 + place,
                "home",
                place,
                "follow",
                Math.nextUp(random.nextDouble()),
                "bundle 1",
                "packed/16/1",
                List.of(random.nextFloat(), Float.MIN_VALUE),
                page.vector(place));
    }

    @Test
    void impressionsComeBackWithTheFeaturesTheyWereScoredFromBitForBit() {
        Seeds.forAll(
                5,
                random -> {
                    Path folder = Files.createTempDirectory(root, "events");
                    FeatureLayout layout = FeatureLayout.of(SCHEMA);
                    List<Impression> served = new ArrayList<>();
                    try (EventLog log = open(folder)) {
                        for (int p = 0; p < 5; p++) {
                            FeatureBatch page = page(random, layout, 4);
                            List<Impression> shown = new ArrayList<>();
                            for (int i = 0; i < page.size(); i++) {
                                shown.add(impression(random, page, i));
                            }
                            assertThat(log.served(shown).join())
                                    .isEqualTo(served.size() + shown.size());
                            served.addAll(shown);
                        }
                    }
                    assertThat(read(folder)).isEqualTo(served);
                });
    }

    private static List<Impression> read(Path folder) {
        LogView view = LogView.open(EventLog.impressions(folder));
        FeatureColumns features = EventLog.features(view.schema());
        List<Impression> all = new ArrayList<>();
        try (LogReader reader = view.reader()) {
            Rows rows = new Rows(view.schema());
            while (reader.next(rows, 100)) {
                for (int i = 0; i < rows.size(); i++) {
                    all.add(EventLog.impression(rows, i, features));
                }
            }
        }
        return all;
    }

    @Test
    void aReplayedImpressionMakesTheRowsThatWereScored() {
        SplittableRandom random = new SplittableRandom(3);
        FeatureLayout layout = FeatureLayout.of(SCHEMA);
        FeatureBatch page = page(random, layout, 2);
        try (EventLog log = open(root)) {
            log.served(List.of(impression(random, page, 1))).join();
        }
        FeatureBatch replayed = new FeatureBatch(layout, 1);
        replayed.replay(read(root).getFirst().features());
        assertThat(replayed.userRow()).isEqualTo(page.userRow());
        assertThat(replayed.vector(0)).isEqualTo(page.vector(1));
        assertThat(replayed.pairRows()[0]).isEqualTo(page.pairRows()[1]);
    }

    @Test
    void badEventsAreRefusedByFieldAndValue() {
        SplittableRandom random = new SplittableRandom(3);
        FeatureLayout layout = FeatureLayout.of(SCHEMA);
        FeatureBatch page = page(random, layout, 1);
        assertThatThrownBy(() -> new Feedback("", 1, 1, 1, "click", 1))
                .hasMessageContaining("request=\"\"");
        assertThatThrownBy(() -> new Feedback("r", 1, 1, 1, "click", Double.NaN))
                .hasMessageContaining("value=NaN");
        assertThatThrownBy(
                        () ->
                                new Impression(
                                        "r",
                                        1,
                                        100,
                                        1,
                                        "s",
                                        0,
                                        "s",
                                        0,
                                        "m",
                                        "k",
                                        List.of(),
                                        page.vector(0)))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining("propensity=0.0");
        try (EventLog log = open(root)) {
            Impression oneScore =
                    new Impression(
                            "r", 1, 100, 1, "s", 0, "s", 1, "m", "k", List.of(1f), page.vector(0));
            assertThatThrownBy(() -> log.served(List.of(oneScore)))
                    .hasMessageContaining("scores=[1.0]: must have one for each of 2 heads");
        }
    }

    @Test
    void aClosedLogTakesNothingAndLosesNothing() {
        EventLog log = open(root);
        for (int i = 0; i < 100; i++) {
            var _ = log.done(List.of(new Feedback("r" + i, 1, 2, 3, "click", 1)));
        }
        log.close();
        assertThat(LogView.open(EventLog.feedback(root)).rows()).isEqualTo(100);
        assertThatThrownBy(() -> log.done(List.of()))
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.CLOSED));
    }
}
