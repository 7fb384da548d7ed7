package dev.mobula.retrieval.source;

import java.util.SplittableRandom;

/// New items drawn at random, so that each gets its chance to be seen; the query's seed decides the draw.
public final class FreshSource implements CandidateSource {
    private final FreshPool pool;

    public FreshSource(FreshPool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return "fresh";
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        pool.draw(new SplittableRandom(query.seed()), query.nowMillis(), found);
    }
}
