package dev.mobula.cluster.engine;

import dev.mobula.cluster.config.Key;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How candidates are scored.
public record RankersConfig(
        @Key(value = "How many rankers there are.", min = 1, max = 64) int count,
        @Key(value = "Items that one ranker holds at most.", min = 1, max = 1_000_000_000)
                int itemsMax,
        @Key(value = "Candidates of one request at most.", min = 1, max = 16_384) int candidatesMax,
        @Key("Whether libtorch takes part in the choice of the engine.") boolean torch,
        @Key(
                        value =
                                "How long a starting ranker waits until it has all items; then it serves those it has.",
                        min = 0,
                        max = 3_600_000)
                Duration catchUp,
        @Key(
                        "The features to score and log from the first page on, a schema in JSON; null for the usual ones.")
                Optional<Path> features) {}
