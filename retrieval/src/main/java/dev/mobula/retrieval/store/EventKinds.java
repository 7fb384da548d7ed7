package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kinds of events a product knows; others are refused by name.
public record EventKinds(List<EventKind> all) {
    private static final int KINDS_MAX = 64;

    public EventKinds {
        all = List.copyOf(all);
        if (all.isEmpty() || all.size() > KINDS_MAX) {
            throw invalid("kinds", all.size(), "must be 1.." + KINDS_MAX);
        }
        Map<String, EventKind> names = new HashMap<>();
        for (EventKind kind : all) {
            if (names.put(kind.name(), kind) != null) {
                throw invalid("kinds", kind.name(), "is there twice");
            }
        }
    }

    /// Those of a social network.
    public static EventKinds standard() {
        return new EventKinds(
                List.of(
                        new EventKind("view", 0, true),
                        new EventKind("click", 0.3f, true),
                        new EventKind("dwell", 0.2f, true),
                        new EventKind("like", 1, true),
                        new EventKind("save", 1.2f, true),
                        new EventKind("reply", 1.5f, true),
                        new EventKind("share", 2, true),
                        new EventKind("follow", 2, false),
                        new EventKind("unlike", -0.5f, true),
                        new EventKind("not_interested", -1, true),
                        new EventKind("hide", -2, true),
                        new EventKind("report", -5, true)));
    }

    /// The kind of that name, where there is one.
    public Optional<EventKind> find(String name) {
        for (EventKind kind : all) {
            if (kind.name().equals(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
