package dev.mobula.actors.ranker;

import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.ScoredBatch;
import java.util.List;

/// Scores of one request's candidates: candidate after candidate, heads within. All by one model.
///
/// @param model the model's version
/// @param kernel what computed the scores
/// @param schema fingerprint of the features' schema
/// @param value what the model's bundle says a candidate is worth on the surface asked for; empty when it says nothing
/// @param uncalibrated heads whose calibrated scores are the raw ones, for want of data
/// @param ids the candidates that were scored; owned by whoever receives this
/// @param values as many per candidate as there are heads; owned likewise
/// @param calibrated the same, calibrated; owned likewise
/// @param drops candidates left out, each with the reason
/// @param vectors features as used, one logged vector per candidate, or none when they were not asked for
public record Scores(
        String model,
        KernelIdentity kernel,
        String schema,
        String value,
        List<String> heads,
        List<String> uncalibrated,
        long[] ids,
        float[] values,
        double[] calibrated,
        List<Drop> drops,
        List<byte[]> vectors) {
    public Scores {
        heads = List.copyOf(heads);
        uncalibrated = List.copyOf(uncalibrated);
        drops = List.copyOf(drops);
        vectors = List.copyOf(vectors);
        if (values.length != ids.length * heads.size() || calibrated.length != values.length) {
            throw new IllegalArgumentException(
                    "%d values, %d calibrated for %d candidates, heads %s"
                            .formatted(values.length, calibrated.length, ids.length, heads));
        }
        if (!vectors.isEmpty() && vectors.size() != ids.length) {
            throw new IllegalArgumentException(
                    vectors.size() + " vectors for " + ids.length + " candidates");
        }
    }

    /// How many candidates were scored.
    public int size() {
        return ids.length;
    }

    /// One candidate's score on one head.
    public float value(int candidate, int head) {
        return values[candidate * heads.size() + head];
    }

    /// The scores as the ranking library has them.
    public ScoredBatch batch() {
        return new ScoredBatch(model, kernel, heads, ids, values, drops);
    }
}
