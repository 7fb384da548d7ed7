package dev.mobula.retrieval.source;

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
        int k = found.room();
        long[] ids = new long[k];
        float[] scores = new float[k];
        int count = search.search(query.embedding(), k, ids, scores);
        for (int i = 0; i < count; i++) {
            found.add(ids[i], scores[i], Reason.NEAR_PERSON, 0);
        }
    }
}
