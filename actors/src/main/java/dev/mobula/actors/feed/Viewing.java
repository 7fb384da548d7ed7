package dev.mobula.actors.feed;

import dev.mobula.actors.safety.HeldLabels;
import dev.mobula.ranking.safety.VisibilityPolicy;
import dev.mobula.ranking.safety.VisibilityPolicy.Decision;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.ranking.safety.VisibilityPolicy.Surface;
import dev.mobula.retrieval.store.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What labels mean in one request: on its surface, to its viewer, now.
record Viewing(
        VisibilityPolicy policy, Surface surface, Map<String, String> wishes, long nowMillis) {
    /// A surface that the policy has no name for counts as one on which things are discovered.
    static Viewing of(
            VisibilityPolicy policy, String surface, Map<String, String> wishes, long nowMillis) {
        Surface known = VisibilityPolicy.surface(surface).orElse(Surface.DISCOVER);
        return new Viewing(policy, known, wishes, nowMillis);
    }

    /// What is done with an item that bears these labels, by an author who bears those.
    Decision decide(List<Label> labels, List<Held> ofAuthor) {
        if (labels.isEmpty()) {
            return policy.decide(ofAuthor, surface, wishes, nowMillis);
        }
        List<Held> all = new ArrayList<>(ofAuthor);
        labels.forEach(label -> all.add(HeldLabels.of(label)));
        return policy.decide(all, surface, wishes, nowMillis);
    }
}
