package dev.mobula.actors.users;

import dev.mobula.retrieval.store.Verdict;
import java.util.List;

/// What the owner of a user says about items, in the order they were asked about.
public record Verdicts(List<Verdict> all) {
    public Verdicts {
        all = List.copyOf(all);
    }

    public int size() {
        return all.size();
    }

    public Verdict of(int index) {
        return all.get(index);
    }

    /// Whether the item may be shown.
    public boolean allowed(int index) {
        return all.get(index) == Verdict.ALLOWED;
    }
}
