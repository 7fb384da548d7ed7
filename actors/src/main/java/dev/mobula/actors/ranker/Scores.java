package dev.mobula.actors.ranker;

import java.util.List;

/// Scores of one request's candidates: candidate after candidate, heads within.
///
/// @param model the model's version
/// @param ids the candidates that were scored; owned by whoever receives this
/// @param values as many per candidate as there are heads; owned likewise
/// @param dropped candidates left out: unknown, twice, or without a finite score
public record Scores(String model, List<String> heads, long[] ids, float[] values, int dropped) {
    public Scores {
        heads = List.copyOf(heads);
        if (values.length != ids.length * heads.size()) {
            throw new IllegalArgumentException(
                    values.length + " values for " + ids.length + " candidates, heads " + heads);
        }
    }

    /// One candidate's score on one head.
    public float value(int candidate, int head) {
        return values[candidate * heads.size() + head];
    }
}
