package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/// Candidates near the items the person had lately: each item asks for its share, and they take turns by rank.
public final class RecentItemsSource implements CandidateSource {
    private final String name;
    private final VectorSearch search;
    private final VectorLookup lookup;
    private final int itemsMax;

    /// Asks for the newest `itemsMax` items of a person.
    public RecentItemsSource(String name, VectorSearch search, VectorLookup lookup, int itemsMax) {
        if (itemsMax < 1) {
            throw invalid("itemsMax", itemsMax, "must be at least 1");
        }
        this.name = name;
        this.search = search;
        this.lookup = lookup;
        this.itemsMax = itemsMax;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        int items = Math.min(itemsMax, query.recentItems().length);
        if (items == 0) {
            return;
        }
        // An item finds itself first, and neighbours overlap: ask for some more than the share.
        int k = 2 * Math.ceilDiv(found.room(), items) + 1;
        long[] recent = Arrays.copyOf(query.recentItems(), items);
        List<float[]> vectors = lookup.in(query.space()).embeddings(recent, query.deadline());
        List<float[]> known = vectors.stream().filter(vector -> vector.length > 0).toList();
        Iterator<Hits> answers =
                search.in(query.space())
                        .searchAll(known, k, query.filter(), query.deadline())
                        .iterator();
        Hits[] hits = new Hits[items];
        for (int i = 0; i < items; i++) {
            hits[i] = vectors.get(i).length > 0 ? answers.next() : Hits.NONE;
            if (!hits[i].complete()) {
                found.cutShort();
            }
        }
        takeTurns(query, found, k, hits);
    }

    private static void takeTurns(SourceQuery query, Candidates found, int k, Hits[] hits) {
        LongTable taken = new LongTable(found.room() + query.recentItems().length);
        for (long item : query.recentItems()) {
            taken.add(item);
        }
        for (int rank = 0; rank < k; rank++) {
            for (int i = 0; i < hits.length; i++) {
                if (rank < hits[i].size() && found.room() > 0) {
                    long id = hits[i].ids()[rank];
                    if (taken.find(id) < 0) {
                        taken.add(id);
                        float score = hits[i].scores()[rank];
                        found.add(id, score, Reason.NEAR_ITEM, query.recentItems()[i]);
                    }
                }
            }
        }
    }
}
