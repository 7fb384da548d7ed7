package dev.mobula.actors.feed;

import java.util.Map;
import java.util.TreeMap;

/// What became of the candidates that went into a stage: `in = selected + filtered + reserve`, or it is not made.
///
/// @param filtered how many were taken out, by reason
/// @param reserve how many were left aside, neither chosen nor refused
/// @param micros how long the stage took
public record StageCount(
        String stage,
        int in,
        int selected,
        Map<String, Integer> filtered,
        int reserve,
        long micros) {
    public StageCount {
        filtered = Map.copyOf(new TreeMap<>(filtered));
        int out = filtered.values().stream().mapToInt(Integer::intValue).sum();
        if (in != selected + out + reserve) {
            throw new IllegalStateException(
                    "stage %s: in=%d but selected=%d filtered=%s reserve=%d"
                            .formatted(stage, in, selected, filtered, reserve));
        }
    }
}
