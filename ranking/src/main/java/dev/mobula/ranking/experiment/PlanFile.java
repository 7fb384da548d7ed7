package dev.mobula.ranking.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A plan as people write it.
///
/// ```json
/// {"holdout": 0.05, "experiments": [{"name": "caps", "layer": "page", "slots": [0, 500],
///   "start": "2030-01-01T00:00:00Z", "end": "2030-02-01T00:00:00Z",
///   "arms": [{"name": "control", "weight": 1}, {"name": "one", "weight": 1, "parameters": {"perAuthorMax": "1"}}]}]}
/// ```
final class PlanFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private PlanFile() {}

    private record Written(@Nullable Double holdout, @Nullable List<One> experiments) {}

    private record One(
            @Nullable String name,
            @Nullable String layer,
            @Nullable List<Integer> slots,
            @Nullable String start,
            @Nullable String end,
            @Nullable List<Side> arms) {}

    private record Side(
            @Nullable String name,
            @Nullable Integer weight,
            @Nullable Map<String, String> parameters) {}

    static ExperimentPlan parse(String json, List<Parameter<?>> parameters) {
        try {
            Written plan = JSON.readValue(json, Written.class);
            List<One> written = plan.experiments() == null ? List.of() : plan.experiments();
            return new ExperimentPlan(
                    written.stream().map(PlanFile::experiment).toList(),
                    plan.holdout() == null ? 0 : plan.holdout(),
                    parameters);
        } catch (JsonProcessingException bad) {
            throw ExperimentPlan.refused("plan: " + bad.getOriginalMessage(), bad);
        }
    }

    private static Experiment experiment(One one) {
        String name = required("name", one.name(), "an experiment");
        List<Integer> slots = one.slots() == null ? List.of(0, Experiment.SLOTS) : one.slots();
        if (slots.size() != 2) {
            throw ExperimentPlan.refused(
                    "slots=" + slots + " of the experiment " + name + " are not first and end");
        }
        return new Experiment(
                name,
                one.layer() == null ? name : one.layer(),
                slots.getFirst(),
                slots.getLast(),
                required("arms", one.arms(), name).stream().map(PlanFile::arm).toList(),
                millis("start", required("start", one.start(), name), name),
                millis("end", required("end", one.end(), name), name));
    }

    private static Arm arm(Side side) {
        return new Arm(
                required("name", side.name(), "an arm"),
                side.weight() == null ? 1 : side.weight(),
                side.parameters() == null ? Map.of() : side.parameters());
    }

    private static <T> T required(String field, @Nullable T value, String of) {
        if (value == null) {
            throw ExperimentPlan.refused(field + " of " + of + " is missing");
        }
        return value;
    }

    private static long millis(String field, String text, String of) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException bad) {
            throw ExperimentPlan.refused(
                    field
                            + "="
                            + text
                            + " of the experiment "
                            + of
                            + " is no time such as 2030-01-01T00:00:00Z",
                    bad);
        }
    }
}
