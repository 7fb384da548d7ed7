package dev.mobula.actors.feed;

import java.util.List;
import java.util.Map;

/// What a request says of its moment: topics and items the user chose, words to search, facts for the model.
///
/// @param topics what the user likes, if nothing better is known
/// @param items items the user likes, if nothing better is known
/// @param words what the page is to be about; empty for a page about anything
/// @param features facts such as `device` or `country`, by the names that the models' schemas have for them
public record FeedContext(
        List<String> topics, List<Long> items, String words, Map<String, String> features) {
    /// Nothing said.
    public static final FeedContext NONE = new FeedContext(List.of(), List.of(), "", Map.of());

    private static final int CHOSEN_MAX = 50;
    private static final int WORDS_CHARS_MAX = 500;
    private static final int FEATURES_MAX = 50;
    private static final int TEXT_CHARS_MAX = 200;

    public FeedContext {
        topics = List.copyOf(topics);
        items = List.copyOf(items);
        features = Map.copyOf(features);
        atMost("context.topics", topics.size(), CHOSEN_MAX);
        atMost("context.items", items.size(), CHOSEN_MAX);
        atMost("context.words (characters)", words.length(), WORDS_CHARS_MAX);
        atMost("context.features", features.size(), FEATURES_MAX);
        topics.forEach(topic -> atMost("a topic's characters", topic.length(), TEXT_CHARS_MAX));
        features.forEach(
                (name, value) ->
                        atMost(
                                "context.features." + name + " (characters)",
                                name.length() + value.length(),
                                TEXT_CHARS_MAX));
    }

    private static void atMost(String field, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(field + "=" + count + ", at most " + most);
        }
    }
}
