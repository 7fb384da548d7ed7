package dev.mobula.cluster.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether an engine can do its work: every part is asked, and says why it cannot.
public final class Readiness {
    private final Map<String, Supplier<Optional<String>>> parts = new LinkedHashMap<>();

    /// Adds a part; its answer is empty when all is well, and the reason when it is not.
    public Readiness with(String part, Supplier<Optional<String>> trouble) {
        parts.put(part, trouble);
        return this;
    }

    /// One part that cannot work.
    public record Trouble(String part, String reason) {}

    /// Asks every part now.
    public List<Trouble> troubles() {
        List<Trouble> troubles = new ArrayList<>();
        parts.forEach((part, trouble) -> ask(part, trouble).ifPresent(troubles::add));
        return troubles;
    }

    private static Optional<Trouble> ask(String part, Supplier<Optional<String>> trouble) {
        try {
            return trouble.get().map(reason -> new Trouble(part, reason));
        } catch (RuntimeException failed) {
            return Optional.of(new Trouble(part, String.valueOf(failed.getMessage())));
        }
    }
}
