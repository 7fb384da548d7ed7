package dev.mobula.cluster.gateway;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a key may be used for.
public enum Scope {
    /// Ask for pages, similar items and searches.
    FEED,
    /// Report events, write items and users.
    WRITE,
    /// Have texts judged.
    SCAN,
    /// Set and take back labels.
    LABEL,
    /// Work the review queue.
    REVIEW,
    /// Metrics, explanations, experiments, switches.
    ADMIN;

    /// The scope of that name.
    public static Scope of(String name) {
        return Arrays.stream(values())
                .filter(scope -> scope.label().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "scope=" + name + " is unknown; known are " + known()));
    }

    private static String known() {
        return Arrays.stream(values()).map(Scope::label).collect(Collectors.joining(", "));
    }

    /// Its name as people write it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
