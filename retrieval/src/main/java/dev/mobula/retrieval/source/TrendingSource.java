package dev.mobula.retrieval.source;

/// What many people had lately.
public final class TrendingSource implements CandidateSource {
    private final TrendingCounts counts;

    public TrendingSource(TrendingCounts counts) {
        this.counts = counts;
    }

    @Override
    public String name() {
        return "trending";
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        Candidates top = counts.top(query.nowMillis());
        for (int i = 0; i < top.size() && found.room() > 0; i++) {
            found.add(top.id(i), top.score(i), Reason.TRENDING, 0);
        }
    }
}
