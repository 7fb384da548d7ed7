package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.training.world.Impression;
import dev.mobula.training.world.Vocabulary;
import dev.mobula.training.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// What one user did lately: the last items clicked, and how often each topic was viewed.
final class UserHistory {
    private static final double HALF_LIFE_SECONDS = 12 * 3_600.0;

    private final Deque<Integer> clicked = new ArrayDeque<>();
    private final double[] viewed = new double[Vocabulary.TOPICS.size()];
    private final long[] viewedSeconds = new long[viewed.length];
    private final World world;

    UserHistory(World world) {
        this.world = world;
    }

    void add(Impression impression) {
        int topic = world.topic(impression.item());
        long passed = impression.seconds() - viewedSeconds[topic];
        viewed[topic] = 1 + viewed[topic] * StrictMath.pow(.5, passed / HALF_LIFE_SECONDS);
        viewedSeconds[topic] = impression.seconds();
        if (impression.click()) {
            clicked.addLast(impression.item());
            if (clicked.size() > EngineFeatures.HISTORY_MAX) {
                clicked.removeFirst();
            }
        }
    }

    void addTo(Map<String, FeatureValue> values) {
        for (int topic = 0; topic < viewed.length; topic++) {
            if (viewed[topic] > 0) {
                values.put(
                        "viewed" + topic,
                        new FeatureValue.Count(viewed[topic], viewedSeconds[topic]));
            }
        }
        if (clicked.isEmpty()) {
            return;
        }
        List<Long> items = new ArrayList<>();
        List<Long> authors = new ArrayList<>();
        List<Long> topics = new ArrayList<>();
        for (int item : clicked) {
            items.add((long) item);
            authors.add((long) world.author(item));
            topics.add((long) world.topic(item));
        }
        values.put("clickedItems", new FeatureValue.Ids(items));
        values.put("clickedAuthors", new FeatureValue.Ids(authors));
        values.put("clickedTopics", new FeatureValue.Ids(topics));
    }
}
