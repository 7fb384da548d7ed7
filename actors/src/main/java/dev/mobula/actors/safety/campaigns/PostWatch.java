package dev.mobula.actors.safety.campaigns;

import dev.mobula.actors.items.ItemStream;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.CampaignIndex;
import dev.mobula.retrieval.campaign.CampaignSettings;
import dev.mobula.retrieval.campaign.Links;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.LongPredicate;

/// Items as posts: their texts in one form, their links, and how long their authors have been there and were quiet.
final class PostWatch implements ItemStream.Listener {
    /// The attribute that says since when an author's account has been there, in milliseconds.
    private static final String AUTHOR_SINCE = "authorSince";

    private static final int AUTHORS_MAX = 1_000_000;
    private static final int CHARS_MAX = 4_000;

    private final List<String> texts;
    private final Listener listener;
    private final CampaignIndex index;
    private final Map<Long, History> authors =
            new LinkedHashMap<>(1_024, .75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, History> eldest) {
                    return size() > AUTHORS_MAX;
                }
            };
    private long posts;

    /// Who hears of a post once it is in its cluster.
    interface Listener {
        void seen(Post post, CampaignIndex.Seen seen);
    }

    /// When an account posted first and last.
    private record History(long first, long last) {}

    PostWatch(List<String> texts, CampaignSettings settings, Listener listener) {
        this.texts = texts;
        this.listener = listener;
        index = new CampaignIndex(settings);
    }

    @Override
    public synchronized void stored(Item item) {
        String text = textOf(item);
        if (text.isEmpty() || index.of(item.id()).isPresent()) {
            return;
        }
        History before = authors.get(item.authorId());
        long at = item.createdMillis();
        long first = before == null ? at : Math.min(before.first(), at);
        long since =
                item.attributes().get(AUTHOR_SINCE) instanceof Attribute.Whole(long told)
                        ? told
                        : first;
        long quiet = before == null ? 0 : Math.max(0, at - before.last());
        authors.put(
                item.authorId(),
                new History(first, before == null ? at : Math.max(before.last(), at)));
        posts++;
        Post post =
                new Post(
                        item.id(),
                        item.authorId(),
                        at,
                        Math.max(0, at - since),
                        quiet,
                        Canonicaliser.read(text).text(),
                        linksOf(text));
        listener.seen(post, index.add(post));
    }

    /// Each with its host besides: a path of one's own for every copy hides little.
    private static List<String> linksOf(String text) {
        Set<String> all = new LinkedHashSet<>(Links.of(text));
        List.copyOf(all).forEach(link -> all.add(Links.host(link)));
        return List.copyOf(all);
    }

    private String textOf(Item item) {
        StringJoiner all = new StringJoiner(" ");
        for (String name : texts) {
            if (item.attributes().get(name) instanceof Attribute.Text(String text)) {
                all.add(text);
            }
        }
        String text = all.toString();
        return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX);
    }

    @Override
    public void gone(long id) {
        // What was posted was posted: a deleted variant speaks against the others still.
    }

    @Override
    public void readAnew(LongPredicate owned, Set<Long> shown) {
        // As for one that is gone.
    }

    synchronized long posts() {
        return posts;
    }

    synchronized int remembered() {
        return index.size();
    }

    synchronized List<Campaign> suspicious(int max) {
        return new ArrayList<>(index.suspicious(max));
    }

    synchronized Optional<Campaign> of(long item) {
        return index.of(item);
    }

    synchronized Optional<Campaign> like(String text) {
        return index.like(Canonicaliser.read(text).text());
    }
}
