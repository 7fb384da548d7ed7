package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.ranking.features.FeatureValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What every ranking model is told of a user and a request; a model takes what its schema names.
///
/// `user`; `recentItems`, `recentAuthors`, `recentTopics` of what the user took to, oldest first; the same for every kind
/// of event, `click.items` and so on, with `click.count`; `interest0` to `interest2`; `reads`; and the request's facts.
final class PersonFeatures {
    private static final int HISTORY_MAX = 50;
    private static final int INTERESTS_MAX = 3;
    private static final long MILLIS_PER_SECOND = 1_000;

    private final ItemCatalog catalog;

    PersonFeatures(ItemCatalog catalog) {
        this.catalog = catalog;
    }

    /// The items, authors and topics of some events.
    private static final class History {
        private final List<Long> items = new ArrayList<>();
        private final List<Long> authors = new ArrayList<>();
        private final List<String> topics = new ArrayList<>();
        private long newestMillis;
        private int count;

        /// Events come newest first.
        void add(Person.Event event, ItemCatalog catalog) {
            newestMillis = Math.max(newestMillis, event.atMillis());
            count++;
            if (items.size() == HISTORY_MAX) {
                return;
            }
            Facts item = catalog.find(event.item());
            items.add(event.item());
            authors.add(item == null ? 0L : item.author());
            topics.add(item == null ? "" : item.topic());
        }

        void tell(String items, String authors, String topics, Map<String, FeatureValue> values) {
            values.put(items, new FeatureValue.Ids(oldestFirst(this.items)));
            values.put(authors, new FeatureValue.Ids(oldestFirst(this.authors)));
            values.put(topics, new FeatureValue.Texts(oldestFirst(this.topics)));
        }

        private static <T> List<T> oldestFirst(List<T> newestFirst) {
            List<T> reversed = new ArrayList<>(newestFirst);
            Collections.reverse(reversed);
            return reversed;
        }
    }

    Map<String, FeatureValue> of(Person person, FeedContext context) {
        Map<String, FeatureValue> values = new HashMap<>();
        person.attributes().forEach((name, text) -> values.put(name, new FeatureValue.Text(text)));
        context.features().forEach((name, text) -> values.put(name, new FeatureValue.Text(text)));
        values.put("user", new FeatureValue.Id(person.user()));
        History liked = new History();
        Map<String, History> byKind = new LinkedHashMap<>();
        for (Person.Event event : person.events()) {
            byKind.computeIfAbsent(event.kind(), kind -> new History()).add(event, catalog);
            if (event.weight() > 0) {
                liked.add(event, catalog);
            }
        }
        liked.tell("recentItems", "recentAuthors", "recentTopics", values);
        byKind.forEach(
                (kind, history) -> {
                    history.tell(kind + ".items", kind + ".authors", kind + ".topics", values);
                    values.put(
                            kind + ".count",
                            new FeatureValue.Count(
                                    history.count, history.newestMillis / MILLIS_PER_SECOND));
                });
        List<String> topics = new ArrayList<>(person.topics());
        topics.addAll(context.topics());
        for (int i = 0; i < Math.min(INTERESTS_MAX, topics.size()); i++) {
            values.put("interest" + i, new FeatureValue.Text(topics.get(i)));
        }
        if (!person.languages().isEmpty()) {
            values.put("reads", new FeatureValue.Text(person.languages().getFirst()));
        }
        return values;
    }
}
