package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.training.world.Language;
import dev.mobula.training.world.Vocabulary;
import dev.mobula.training.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The features the engine knows of a world's users and items: public facts, histories and decaying counts.
final class EngineFeatures {
    static final String FRESH = "fresh";
    static final String VIEWS = "views";
    static final String CLICKS = "clicks";
    static final String LIKES = "likes";
    static final String HIDES = "hides";
    static final int HISTORY_MAX = 20;

    private static final int WIDTH = 8;
    private static final double HOUR_SECONDS = 3_600;
    private static final Scaling FRESHNESS = Scaling.NONE;
    private static final int INTERESTS = 3;

    /// The one layout of these features: rows of another are refused.
    static final FeatureLayout LAYOUT =
            FeatureLayout.of(new FeatureSchema("world", 1, tables(), features()));

    private EngineFeatures() {}

    private static List<EmbeddingSpec> tables() {
        return List.of(
                new EmbeddingSpec("topic", 2 + Vocabulary.TOPICS.size(), WIDTH),
                new EmbeddingSpec("language", 2 + Language.values().length, 2),
                new EmbeddingSpec("user", 1 << 14, WIDTH),
                new EmbeddingSpec("item", 1 << 15, WIDTH),
                new EmbeddingSpec("author", 1 << 13, WIDTH),
                new EmbeddingSpec("pair", 1 << 16, 4));
    }

    private static List<Feature> features() {
        List<String> topics =
                IntStream.range(0, Vocabulary.TOPICS.size()).mapToObj(Integer::toString).toList();
        List<String> languages = Arrays.stream(Language.values()).map(Language::code).toList();
        List<Feature> all = new ArrayList<>();
        for (String topic : topics) {
            all.add(
                    new Feature.Counter(
                            "viewed" + topic, Side.USER, Scaling.LOG, 12 * HOUR_SECONDS));
        }
        all.add(new Feature.Categorical("reads", Side.USER, "language", languages));
        all.add(new Feature.Categorical("user", Side.USER, "user", List.of()));
        for (int i = 0; i < INTERESTS; i++) {
            all.add(new Feature.Categorical("interest" + i, Side.USER, "topic", topics));
        }
        all.add(history("clickedItems", "item"));
        all.add(history("clickedAuthors", "author"));
        all.add(history("clickedTopics", "topic"));
        all.add(new Feature.Counter(FRESH, Side.ITEM, FRESHNESS, 48 * HOUR_SECONDS));
        for (String count : List.of(VIEWS, CLICKS, LIKES, HIDES)) {
            all.add(new Feature.Counter(count, Side.ITEM, Scaling.LOG, 48 * HOUR_SECONDS));
        }
        all.add(new Feature.Categorical("written", Side.ITEM, "language", languages));
        all.add(new Feature.Categorical("item", Side.ITEM, "item", List.of()));
        all.add(new Feature.Categorical("author", Side.ITEM, "author", List.of()));
        all.add(new Feature.Categorical("topic", Side.ITEM, "topic", topics));
        all.add(new Feature.Cross("readable", "reads", "written", "pair"));
        for (int i = 0; i < INTERESTS; i++) {
            all.add(new Feature.Cross("wanted" + i, "interest" + i, "topic", "pair"));
        }
        all.add(new Feature.Cross("userTopic", "user", "topic", "pair"));
        all.add(new Feature.Cross("userAuthor", "user", "author", "pair"));
        return all;
    }

    private static Feature history(String name, String table) {
        return new Feature.Sequence(name, Side.USER, table, HISTORY_MAX, Feature.Sequence.AVERAGED);
    }

    static Map<String, FeatureValue> ofItem(World world, int item) {
        return Map.of(
                FRESH,
                new FeatureValue.Count(1, world.postedSeconds(item)),
                "written",
                new FeatureValue.Text(world.language(item).code()),
                "item",
                new FeatureValue.Id(item),
                "author",
                new FeatureValue.Id(world.author(item)),
                "topic",
                new FeatureValue.Id(world.topic(item)));
    }

    static Map<String, FeatureValue> ofUser(World world, int user, UserHistory history) {
        Map<String, FeatureValue> values = new HashMap<>();
        values.put("reads", new FeatureValue.Text(world.place(user).language().code()));
        values.put("user", new FeatureValue.Id(user));
        List<Integer> interests = world.interests(user);
        for (int i = 0; i < interests.size(); i++) {
            values.put("interest" + i, new FeatureValue.Id(interests.get(i)));
        }
        history.addTo(values);
        return values;
    }
}
