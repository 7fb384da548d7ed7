package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.vectors.LongTable;
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

    /// The k best of several shards' answers, each id once; complete when all of them are.
    public static Hits merge(List<Hits> answers, int k) {
        int all = answers.stream().mapToInt(Hits::size).sum();
        TopHits top = new TopHits(Math.min(k, all));
        LongTable taken = new LongTable(all);
        int[] next = new int[answers.size()];
        for (int best = best(answers, next);
                best >= 0 && top.size() < k;
                best = best(answers, next)) {
            Hits from = answers.get(best);
            int at = next[best]++;
            if (taken.add(from.ids[at]) == top.size()) {
                top.append(from.ids[at], from.scores[at]);
            }
        }
        return of(top, answers.stream().allMatch(Hits::complete));
    }

    /* Whose next hit is the best; the first of those that are level, -1 when all were taken. */
    private static int best(List<Hits> answers, int[] next) {
        int best = -1;
        float score = Float.NEGATIVE_INFINITY;
        for (int answer = 0; answer < next.length; answer++) {
            Hits hits = answers.get(answer);
            if (next[answer] < hits.size() && (best < 0 || hits.scores[next[answer]] > score)) {
                best = answer;
                score = hits.scores[next[answer]];
            }
        }
        return best;
    }
}
