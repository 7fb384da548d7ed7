package dev.mobula.retrieval.source;

import dev.mobula.retrieval.shard.Hits;

/// Candidates near the person's embedding.
public final class VectorSource implements CandidateSource {
    private final String name;
    private final VectorSearch search;

    public VectorSource(String name, VectorSearch search) {
        this.name = name;
        this.search = search;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        if (query.embedding().length == 0) {
            return;
        }
        Hits hits =
                search.in(query.space())
                        .search(query.embedding(), found.room(), query.filter(), query.deadline());
        for (int i = 0; i < hits.size(); i++) {
            found.add(hits.ids()[i], hits.scores()[i], Reason.NEAR_PERSON, 0);
        }
        if (!hits.complete()) {
            found.cutShort();
        }
    }
}
