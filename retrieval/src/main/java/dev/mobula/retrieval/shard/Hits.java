package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.vectors.TopHits;
import java.util.List;

/// What was found, best first: ids and scores of equal length, owned by whoever receives them.
///
/// `complete` is false when a deadline ended the search early.
@SuppressWarnings("ArrayRecordComponent")
public record Hits(long[] ids, float[] scores, boolean complete) {
    public static final Hits NONE = new Hits(new long[0], new float[0], true);

    static Hits of(TopHits top, boolean complete) {
        return new Hits(top.ids(), top.scores(), complete);
    }

    public int size() {
        return ids.length;
    }

    /// The k best of several shards' answers; complete when all of them are.
    public static Hits merge(List<Hits> answers, int k) {
        TopHits top = new TopHits(k);
        boolean complete = true;
        for (Hits answer : answers) {
            complete &= answer.complete;
            for (int i = 0; i < answer.size() && top.admits(answer.scores[i]); i++) {
                top.offer(answer.ids[i], answer.scores[i]);
            }
        }
        return of(top, complete);
    }
}
