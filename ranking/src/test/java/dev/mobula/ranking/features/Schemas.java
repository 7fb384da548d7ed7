package dev.mobula.ranking.features;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A schema with one of everything, and values that fit it.
public final class Schemas {
    public static final long NOW = 1_700_000_000L;

    private Schemas() {}

    public static FeatureSchema everything() {
        return new FeatureSchema(
                "everything",
                1,
                List.of(
                        new EmbeddingSpec("country", 8, 4),
                        new EmbeddingSpec("item", 1000, 8),
                        new EmbeddingSpec("tag", 100, 4),
                        new EmbeddingSpec("cross", 500, 4)),
                List.of(
                        new Feature.Dense(
                                "age", Side.USER, new Scaling(Scaling.Curve.LINEAR, 30f, 10f), 30),
                        new Feature.Counter("user_clicks", Side.USER, Scaling.LOG, 3600),
                        new Feature.Categorical(
                                "country", Side.USER, "country", List.of("de", "fr", "jp")),
                        new Feature.Sequence("history", Side.USER, "item", 6, ""),
                        new Feature.Dense("length", Side.ITEM, Scaling.LOG, 0),
                        new Feature.Counter("likes", Side.ITEM, Scaling.LOG, 86_400),
                        new Feature.Counter("views", Side.ITEM, Scaling.NONE, 60),
                        new Feature.Categorical("author", Side.ITEM, "item", List.of()),
                        new Feature.Categorical("language", Side.ITEM, "country", List.of("de")),
                        new Feature.MultiValued("tags", Side.ITEM, "tag", 3),
                        new Feature.Cross("author_language", "author", "language", "cross"),
                        new Feature.Cross("country_language", "country", "language", "cross")));
    }

    public static Map<String, FeatureValue> user(SplittableRandom random) {
        Map<String, FeatureValue> values = new HashMap<>();
        values.put("age", new FeatureValue.Amount(random.nextInt(13, 90)));
        values.put(
                "user_clicks",
                new FeatureValue.Count(random.nextInt(100), NOW - random.nextInt(10_000)));
        if (random.nextInt(4) > 0) {
            values.put("country", new FeatureValue.Text(random.nextBoolean() ? "de" : "xx"));
        }
        values.put("history", new FeatureValue.Ids(ids(random, 9)));
        return values;
    }

    public static Map<String, FeatureValue> item(SplittableRandom random) {
        Map<String, FeatureValue> values = new HashMap<>();
        values.put("length", new FeatureValue.Amount(random.nextDouble() * 1000));
        values.put(
                "likes", new FeatureValue.Count(random.nextInt(1000), NOW - random.nextInt(1000)));
        values.put("author", new FeatureValue.Id(random.nextInt(50)));
        values.put("language", new FeatureValue.Text(random.nextBoolean() ? "de" : "en"));
        values.put("tags", new FeatureValue.Texts(List.of("a", "b" + random.nextInt(5))));
        return values;
    }

    private static List<Long> ids(SplittableRandom random, int countMax) {
        List<Long> ids = new ArrayList<>();
        for (int i = random.nextInt(countMax); i > 0; i--) {
            ids.add(random.nextLong(1000));
        }
        return ids;
    }
}
