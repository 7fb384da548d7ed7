package dev.mobula.actors.safety.campaigns;

import dev.mobula.actors.items.ItemStream;
import dev.mobula.actors.safety.PostReading;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.CampaignIndex;
import dev.mobula.retrieval.campaign.CampaignSettings;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.retrieval.store.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/// Items as posts: their texts in one form, their links, and how long their authors have been there and were quiet.
final class PostWatch implements ItemStream.Listener {
    private static final int AUTHORS_MAX = 1_000_000;

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
        String text = PostReading.text(item, texts);
        if (text.isEmpty() || index.of(item.id()).isPresent()) {
            return;
        }
        History before = authors.get(item.authorId());
        long at = item.createdMillis();
        long first = before == null ? at : Math.min(before.first(), at);
        long since = PostReading.authorSince(item, first);
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
                        PostReading.links(text));
        listener.seen(post, index.add(post));
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
