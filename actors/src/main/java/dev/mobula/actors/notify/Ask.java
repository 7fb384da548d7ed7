package dev.mobula.actors.notify;

import dev.mobula.ranking.exploration.ArmDistribution;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.retrieval.RetrievalException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One person and the messages that could be sent to them: what the desk is asked.
///
/// @param segment whose budget row the person counts in
/// @param lifetimeValue what is lost when they turn messages off
/// @param opportunitiesLeft how often today they may still be written to, this time among them
/// @param key the same key always gets the same decision
/// @param reserves whether the budgets of what is chosen are taken at once
/// @param features what the curves in force know people by; empty when the values are given
public record Ask(
        UserKey owner,
        int segment,
        double lifetimeValue,
        int opportunitiesLeft,
        List<Candidate> candidates,
        String key,
        boolean reserves,
        List<Double> features) {
    /// A message.
    ///
    /// @param lift what it adds on each channel it may take, over sending nothing
    /// @param value how much better than the usual message it is, where the curves say what that adds; then `lift` names
    ///     its channels
    /// @param campaign empty for none
    /// @param group one live message per person and group; empty for none
    /// @param digest the digest it may wait in; empty when it may not
    /// @param counters global counters it counts in
    /// @param templates the ways it could be worded, at most 32; none when there is but one
    /// @param item what it is about: only sent when that may be shown to the person on a push surface
    public record Candidate(
            String notification,
            String type,
            String campaign,
            Priority priority,
            Map<Channel, Double> lift,
            double value,
            long notBeforeMillis,
            long expiresAtMillis,
            String group,
            String digest,
            List<String> counters,
            List<String> templates,
            Optional<Long> item) {
        public Candidate {
            lift = Map.copyOf(lift);
            counters = List.copyOf(counters);
            templates = List.copyOf(templates);
            if (templates.size() > ArmDistribution.ARMS_MAX
                    || templates.stream().distinct().count() < templates.size()) {
                throw RetrievalException.invalid(
                        "templates", templates, "must be at most 32, none twice");
            }
        }
    }

    public Ask {
        candidates = List.copyOf(candidates);
        features = List.copyOf(features);
        if (candidates.isEmpty() || candidates.size() > Opportunity.CANDIDATES_MAX) {
            throw RetrievalException.invalid(
                    "candidates", candidates.size(), "must be 1 to " + Opportunity.CANDIDATES_MAX);
        }
    }

    /// What the messages are about.
    List<Long> items() {
        return candidates.stream().flatMap(candidate -> candidate.item().stream()).toList();
    }

    /// The same without messages about some items; nothing when none is left.
    Optional<Ask> without(Set<Long> barred) {
        List<Candidate> left =
                candidates.stream()
                        .filter(candidate -> candidate.item().filter(barred::contains).isEmpty())
                        .toList();
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Ask(
                                owner,
                                segment,
                                lifetimeValue,
                                opportunitiesLeft,
                                left,
                                key,
                                reserves,
                                features));
    }
}
