package dev.mobula.cluster.engine;

import dev.mobula.cluster.config.Key;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How an engine's models of text learn from what people decide.
public record SafetyLearningConfig(
        @Key(
                        value =
                                "How often texts are put before people and, when they decided enough, the models are trained anew; 0:"
                                        + " only when it is asked to.",
                        min = 0,
                        max = 365L * 86_400_000)
                Duration every,
        @Key(
                        "The file of labelled texts, columns text and label, that people's decisions are added to; null: nothing is"
                                + " trained.")
                Optional<Path> texts,
        @Key(value = "New decisions that there must be to train.", min = 1, max = 1_000_000)
                int decisionsLeast,
        @Key(
                        value = "About how many texts are put before people each time; 0: none.",
                        min = 0,
                        max = 1_000)
                int batch,
        @Key("Whether n-grams, embeddings and bytes are trained together, or n-grams alone.")
                boolean stack) {
    /// Only when it is asked to.
    public static final SafetyLearningConfig DEFAULT =
            new SafetyLearningConfig(Duration.ZERO, Optional.empty(), 100, 20, false);
}
