package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.AcceptedRows;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import dev.mobula.retrieval.vectors.RowBits;
import dev.mobula.retrieval.vectors.TopHits;

/// One search over the places of a generation, from the oldest to the youngest.
final class GenerationSearch {
    private GenerationSearch() {}

    static Hits search(
            Generation generation,
            FrozenSearcher searcher,
            float[] prepared,
            int k,
            SearchOptions options) {
        SearchEvent event = new SearchEvent();
        event.begin();
        TopHits top = new TopHits(k);
        FrozenIndex index = generation.frozen().index();
        int found = searchFrozen(generation.frozen(), searcher, prepared, k, options);
        for (int i = 0; i < found; i++) {
            top.append(index.id(searcher.row(i)), searcher.score(i));
        }
        if (generation.sealed() != null) {
            generation.sealed().search(prepared, k, options.ef(), options.filter(), top);
        }
        generation.live().search(prepared, k, options.ef(), options.filter(), top);
        event.end();
        if (event.shouldCommit()) {
            event.k = k;
            event.ef = options.ef();
            event.hops = searcher.hops();
            event.distances = searcher.distances();
            event.results = top.size();
            event.snapshot = index.file().toString();
            event.commit();
        }
        return Hits.of(top, searcher.complete());
    }

    private static int searchFrozen(
            FrozenPart part, FrozenSearcher searcher, float[] query, int k, SearchOptions options) {
        RowBits dead = part.dead();
        int deadRows = dead.count();
        Filter filter = options.filter();
        long deadline = options.deadlineNanos();
        if (!filter.equals(Filter.EVERYTHING)) {
            AcceptedRows accepted = part.filters().accepted(filter, row -> !dead.contains(row));
            return searcher.search(query, k, options.ef(), accepted, deadline);
        }
        if (deadRows > 0) {
            AcceptedRows accepted =
                    AcceptedRows.of(row -> !dead.contains(row), part.index().count() - deadRows);
            return searcher.search(query, k, options.ef(), accepted, deadline);
        }
        return searcher.search(query, k, options.ef(), deadline);
    }
}
