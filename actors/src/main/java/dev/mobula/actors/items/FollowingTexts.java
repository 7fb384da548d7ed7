package dev.mobula.actors.items;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.text.TextIndex;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// The words of a shard's items, searched by BM25; it follows the store on its own and may be a moment behind.
///
/// What it finds is looked up in the store, so that what was deleted or withheld is never in an answer.
final class FollowingTexts implements StoreFollower.Derived, AutoCloseable {
    private static final int CHANGES_BETWEEN_COMMITS = 20_000;

    private final TextIndex texts;
    private final ItemShardSettings settings;
    private long committed;

    FollowingTexts(Path folder, ItemShardSettings settings) {
        this.settings = settings;
        texts = TextIndex.open(folder);
        committed = texts.position();
    }

    Hits search(String words, int k, ItemStore store) {
        if (k < 1 || k > ItemShards.WORD_HITS_MAX) {
            throw RetrievalException.invalid("k", k, "must be in 1.." + ItemShards.WORD_HITS_MAX);
        }
        long[] ids = new long[k];
        float[] scores = new float[k];
        int found = texts.search(words, k, ids, scores);
        Set<Long> visible =
                store.findAll(Arrays.copyOf(ids, found)).stream()
                        .filter(item -> item.state() == ItemState.VISIBLE)
                        .map(Item::id)
                        .collect(Collectors.toSet());
        int kept = 0;
        for (int i = 0; i < found; i++) {
            if (visible.contains(ids[i])) {
                ids[kept] = ids[i];
                scores[kept++] = scores[i];
            }
        }
        return new Hits(Arrays.copyOf(ids, kept), Arrays.copyOf(scores, kept), true);
    }

    @Override
    public String name() {
        return "the text index";
    }

    @Override
    public long position() {
        return committed;
    }

    @Override
    public void put(Item item) {
        String text = settings.textOf(item);
        if (item.state() != ItemState.VISIBLE || text.isBlank()) {
            texts.delete(item.id());
        } else {
            texts.put(item.id(), text);
        }
    }

    @Override
    public void delete(long id) {
        texts.delete(id);
    }

    @Override
    public void reached(long position) {
        if (position - committed >= CHANGES_BETWEEN_COMMITS) {
            texts.commit(position);
            committed = position;
        }
        texts.refresh();
    }

    @Override
    public void close() {
        texts.close();
    }
}
