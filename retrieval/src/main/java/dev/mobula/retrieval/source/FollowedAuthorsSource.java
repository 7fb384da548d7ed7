package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// The newest items of the people someone follows.
public final class FollowedAuthorsSource implements CandidateSource {
    private final AuthorTimelines timelines;
    private final double halfLifeMillis;

    /// Scores an item by its age, half after each half-life.
    public FollowedAuthorsSource(AuthorTimelines timelines, double halfLifeMillis) {
        if (!(halfLifeMillis > 0)) {
            throw invalid("halfLifeMillis", halfLifeMillis, "must be positive");
        }
        this.timelines = timelines;
        this.halfLifeMillis = halfLifeMillis;
    }

    @Override
    public String name() {
        return "followed";
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        BestCandidates best = new BestCandidates(found.room());
        for (long author : query.followed()) {
            if (query.deadline().passed()) {
                found.cutShort();
                break;
            }
            timelines.offer(author, query.nowMillis(), halfLifeMillis, best);
        }
        best.drainTo(found, Reason.FOLLOWED_AUTHOR);
    }
}
