package dev.mobula.actors.safety;

import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.Label;
import java.util.ArrayList;
import java.util.List;

/// Stored labels as the visibility policy takes them.
public final class HeldLabels {
    private static final char BY = '/';

    private HeldLabels() {}

    public static Held of(Label label) {
        return new Held(
                label.value(), label.source(), label.confidence(), 0, label.expiresMillis());
    }

    /// Of an account whose labels were given here, each is one; of others both the name and the value count.
    public static List<Held> of(List<AccountLabel> labels) {
        List<Held> held = new ArrayList<>(labels.size());
        for (AccountLabel label : labels) {
            if (!isNamedBySource(label)) {
                held.add(of(label, label.name()));
            }
            if (!label.value().isEmpty() && !label.value().equals(label.name())) {
                held.add(of(label, label.value()));
            }
        }
        return held;
    }

    private static Held of(AccountLabel label, String name) {
        return new Held(name, label.source(), 1, label.version(), label.expiresMillis());
    }

    /// The name under which an account keeps one source's label.
    static String name(String label, String source) {
        return source + BY + label;
    }

    static boolean isNamedBySource(AccountLabel label) {
        return label.name().equals(name(label.value(), label.source()));
    }
}
