package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the models of text learn from what people decide.
///
/// @param turning whether a turn is under way or asked for
/// @param decisions of people that the last turn saw
/// @param learned decisions that the last training learned from
/// @param queued texts that the last turn put before people
/// @param doubted decisions that it put before people again
/// @param bundle what was trained last, absent before that
/// @param against why it was turned down; empty when it was promoted
/// @param failure why the last turn stopped before its end, absent when it did not
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SafetyLearningStatus(
        boolean turning,
        int decisions,
        int learned,
        int queued,
        int doubted,
        @Nullable String bundle,
        List<String> against,
        @Nullable String failure) {
    /// Before the first turn.
    public static final SafetyLearningStatus NONE =
            new SafetyLearningStatus(false, 0, 0, 0, 0, null, List.of(), null);

    public SafetyLearningStatus {
        against = List.copyOf(against);
    }

    public SafetyLearningStatus turning(boolean now) {
        return new SafetyLearningStatus(
                now, decisions, learned, queued, doubted, bundle, against, failure);
    }

    public SafetyLearningStatus failed(String why) {
        return new SafetyLearningStatus(
                false, decisions, learned, queued, doubted, bundle, against, why);
    }
}
