package dev.mobula.ranking.model;

import dev.mobula.ranking.features.Drop;
import java.util.List;

/// Scores of one request: per candidate one per head, and the candidates left out with the reason.
///
/// @param scores candidate after candidate, heads within; owned by this record.
@SuppressWarnings("ArrayRecordComponent") // one request's numbers, handed over whole
public record ScoredBatch(
        String modelVersion,
        KernelIdentity kernel,
        List<String> heads,
        long[] ids,
        float[] scores,
        List<Drop> drops) {
    public ScoredBatch {
        heads = List.copyOf(heads);
        drops = List.copyOf(drops);
    }

    public int size() {
        return ids.length;
    }

    public float score(int candidate, int head) {
        return scores[candidate * heads.size() + head];
    }
}
