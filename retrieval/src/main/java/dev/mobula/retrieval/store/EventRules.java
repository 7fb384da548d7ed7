package dev.mobula.retrieval.store;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// What an event must be to be taken.
final class EventRules {
    private static final int ID_BYTES_MAX = 64;
    private static final int TEXT_CHARS_MAX = 256;

    private final Map<String, EventKind> kinds = new HashMap<>();
    private final UserLimits limits;

    EventRules(EventKinds known, UserLimits limits) {
        known.all().forEach(kind -> kinds.put(kind.name(), kind));
        this.limits = limits;
    }

    /// A kind that there is.
    EventKind kind(String name) {
        EventKind kind = kinds.get(name);
        if (kind == null) {
            throw new IllegalArgumentException("kind=" + name);
        }
        return kind;
    }

    /// What is wrong with an event, where something is.
    ///
    /// @param fromMillis ids of events from then on are kept
    Optional<EventOutcome> refusal(UserEvent event, long fromMillis, long nowMillis) {
        int idBytes = event.id().getBytes(StandardCharsets.UTF_8).length;
        if (idBytes < 1 || idBytes > ID_BYTES_MAX) {
            return refused("id", event.id(), "must have 1 to " + ID_BYTES_MAX + " bytes");
        }
        if (!kinds.containsKey(event.kind())) {
            return refused("kind", event.kind(), "must be one of " + new TreeSet<>(kinds.keySet()));
        }
        if (event.surface().length() > TEXT_CHARS_MAX) {
            return refused(
                    "surface",
                    event.surface().length() + " characters",
                    "must have at most " + TEXT_CHARS_MAX);
        }
        int requestChars = event.requestId().map(String::length).orElse(1);
        if (requestChars < 1 || requestChars > TEXT_CHARS_MAX) {
            return refused(
                    "requestId",
                    requestChars + " characters",
                    "must have 1 to " + TEXT_CHARS_MAX + " characters");
        }
        if (!Float.isFinite(event.value())) {
            return refused("value", event.value(), "must be finite");
        }
        if (event.atMillis() > nowMillis + limits.eventAheadMaxMillis()) {
            return refused(
                    "atMillis",
                    event.atMillis(),
                    "must be at most "
                            + limits.eventAheadMaxMillis()
                            + " ms ahead of "
                            + nowMillis);
        }
        if (event.atMillis() < fromMillis) {
            return refused("atMillis", event.atMillis(), "must not be before " + fromMillis);
        }
        return Optional.empty();
    }

    private static Optional<EventOutcome> refused(String field, Object value, String rule) {
        return Optional.of(EventOutcome.refused(field, value, rule));
    }
}
