package dev.mobula.actors.safety.review;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.safety.PostReading;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.safety.ReviewedTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * What a rule or a model gave alone is no example for a model: it would learn itself. That people took such a label back
 * is one. Of several decisions about the same label of the same item the last counts; an item that is gone has no words.
 */
/// What people decided about items, with the items' words: what models of text learn from.
public final class ReviewedPosts {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int PAGE = 1_000;

    private final ReviewDesk desk;
    private final ItemShards items;
    private final List<String> texts;

    /// @param texts which attributes are words
    public ReviewedPosts(ReviewDesk desk, ItemShards items, List<String> texts) {
        this.desk = desk;
        this.items = items;
        this.texts = List.copyOf(texts);
    }

    /// A decision about an item.
    public record Reviewed(long item, ReviewedTexts.Row row) {}

    private record Key(long item, String label) {}

    /// The last decision for each label of each item, the oldest first.
    ///
    /// @param max of so many at most, the newest
    public List<Reviewed> all(int max) {
        Map<Key, ReviewDesk.Example> last = new LinkedHashMap<>();
        long after = 0;
        List<ReviewDesk.Example> page = desk.examples(after, PAGE);
        while (!page.isEmpty()) {
            for (ReviewDesk.Example one : page) {
                Key key = new Key(one.subject().id(), one.label());
                if (one.subject().kind() == Subject.Kind.ITEM && isPeoples(one)) {
                    last.remove(key);
                    last.put(key, one);
                    if (last.size() > max) {
                        last.remove(last.keySet().iterator().next());
                    }
                }
            }
            after = page.getLast().id();
            page = desk.examples(after, PAGE);
        }
        return worded(List.copyOf(last.values()));
    }

    private static boolean isPeoples(ReviewDesk.Example one) {
        boolean isAutomatic =
                one.by().startsWith("rule:")
                        || one.by().startsWith("model:")
                        || one.by().startsWith("campaign@");
        return !isAutomatic || !one.positive();
    }

    private List<Reviewed> worded(List<ReviewDesk.Example> examples) {
        List<Reviewed> all = new ArrayList<>();
        for (int from = 0; from < examples.size(); from += PAGE) {
            List<ReviewDesk.Example> some =
                    examples.subList(from, Math.min(examples.size(), from + PAGE));
            long[] ids = some.stream().mapToLong(one -> one.subject().id()).distinct().toArray();
            Map<Long, String> words = new LinkedHashMap<>();
            for (Item item : Answers.await(items.find(ids, LIMIT))) {
                words.put(item.id(), PostReading.text(item, texts));
            }
            for (ReviewDesk.Example one : some) {
                String text = words.getOrDefault(one.subject().id(), "");
                if (!text.isBlank()) {
                    all.add(
                            new Reviewed(
                                    one.subject().id(),
                                    new ReviewedTexts.Row(text, one.label(), one.positive())));
                }
            }
        }
        return all;
    }
}
