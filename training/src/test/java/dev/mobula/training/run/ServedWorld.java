package dev.mobula.training.run;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.EventJoin;
import dev.mobula.training.dataset.Progress;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.Feedback;
import dev.mobula.training.log.Impression;
import dev.mobula.training.log.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A served log in which people click what is of their own kind, and its joined data set.
final class ServedWorld {
    static final FeatureSchema SCHEMA =
            new FeatureSchema(
                    "served",
                    1,
                    List.of(new EmbeddingSpec("kinds", 16, 4), new EmbeddingSpec("items", 64, 4)),
                    List.of(
                            new Feature.Dense(
                                    "age",
                                    Side.USER,
                                    new Scaling(Scaling.Curve.LINEAR, 40, 20),
                                    40),
                            new Feature.Categorical(
                                    "taste", Side.USER, "kinds", List.of("a", "b", "c", "d")),
                            new Feature.Sequence("history", Side.USER, "items", 4, ""),
                            new Feature.Dense("length", Side.ITEM, Scaling.LOG, 0),
                            new Feature.Categorical(
                                    "kind", Side.ITEM, "kinds", List.of("a", "b", "c", "d")),
                            new Feature.MultiValued("tags", Side.ITEM, "items", 3),
                            new Feature.Cross("taste_kind", "taste", "kind", "items")));

    private static final long NOW_SECONDS = 1_700_000_000L;

    private ServedWorld() {}

    /// Serves pages and joins what came of them; the data set's folder.
    static Path joined(Path root, int pages) {
        return joined(root, pages, 1);
    }

    /// The same with the probability that items were drawn with, which they were.
    static Path joined(Path root, int pages, double propensity) {
        FeatureLayout layout = FeatureLayout.of(SCHEMA);
        SplittableRandom random = new SplittableRandom(4);
        Path log = root.resolve("log");
        try (EventLog events =
                EventLog.open(
                        log,
                        SCHEMA,
                        List.of("click"),
                        LogOptions.DEFAULT,
                        InstantSource.system())) {
            for (int p = 0; p < pages; p++) {
                page(events, layout, random, p, propensity);
            }
        }
        Path folder = root.resolve("joined");
        EventJoin.Settings settings =
                new EventJoin.Settings(
                        Duration.ofHours(1),
                        Instant.ofEpochSecond(NOW_SECONDS).plus(Duration.ofDays(1)),
                        List.of("click", "dwell"),
                        100_000);
        try (EventJoin join = EventJoin.open(log, settings)) {
            Dataset.write(folder, join, LogOptions.DEFAULT, InstantSource.system(), Progress.NONE);
        }
        return folder;
    }

    private static void page(
            EventLog events,
            FeatureLayout layout,
            SplittableRandom random,
            int number,
            double propensity) {
        String request = "request-" + number;
        long user = 1L + number % 50;
        FeatureBatch batch = new FeatureBatch(layout, 4);
        int taste = random.nextInt(4);
        batch.begin(
                layout.encodeUser(
                        Map.of(
                                "age", new FeatureValue.Amount(20 + random.nextInt(50)),
                                "taste", new FeatureValue.Text("abcd".substring(taste, taste + 1)),
                                "history",
                                        new FeatureValue.Ids(
                                                random.longs(random.nextInt(6), 0, 40)
                                                        .boxed()
                                                        .toList()))),
                NOW_SECONDS);
        List<Impression> shown = new ArrayList<>();
        List<Feedback> done = new ArrayList<>();
        long micros = NOW_SECONDS * 1_000_000;
        for (int i = 0; i < 4; i++) {
            int kind = random.nextInt(4);
            long item = random.nextInt(40) * 4L + kind + i * 1_000L;
            batch.add(
                    item,
                    layout.encodeItem(
                            Map.of(
                                    "length", new FeatureValue.Amount(random.nextInt(500)),
                                    "kind", new FeatureValue.Text("abcd".substring(kind, kind + 1)),
                                    "tags",
                                            new FeatureValue.Texts(
                                                    List.of("t" + random.nextInt(5))))));
            shown.add(
                    new Impression(
                            request,
                            user,
                            item,
                            micros,
                            "home",
                            i,
                            "test",
                            propensity,
                            "none",
                            "none",
                            List.of(0f),
                            batch.vector(i)));
            if (random.nextDouble() < (kind == taste ? .7 : .1)) {
                done.add(new Feedback(request, user, item, micros + 5_000_000, "click", 1));
                done.add(
                        new Feedback(
                                request,
                                user,
                                item,
                                micros + 9_000_000,
                                "dwell",
                                random.nextDouble()));
            }
        }
        var _ = events.served(shown);
        var _ = events.done(done);
    }

    /// A description beside the data.
    static Path description(Path root, String name, int steps, String more) throws Exception {
        return Files.writeString(
                root.resolve(name + ".yaml"),
                """
                name: %s
                task: multitask
                seed: 5
                batch: 64
                engine: vector
                steps: %d
                data: {train: joined, window: 500, evaluation-rows: 300}
                model:
                  hidden: [16]
                  cross: 1
                  labels:
                    - {head: click, kind: click}
                    - {head: dwell, kind: dwell, loss: squared, weight: 0.2}
                optimizer: {rate: 0.01, table-rate: 0.1, clip: 10}
                checkpoint: {every: 20}
                evaluation: {every: 20}
                value: {home: click + 0.1 * dwell}
                bundle: {name: home, store: bundles}
                %s
                """
                        .formatted(name, steps, more));
    }
}
