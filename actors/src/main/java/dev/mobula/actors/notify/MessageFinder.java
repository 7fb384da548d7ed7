package dev.mobula.actors.notify;

import java.util.List;

/// Finds what could be worth a message to a person: the engine's own retrieval and ranking, behind one method.
@FunctionalInterface
public interface MessageFinder {
    /// An item, and what the engine's value model makes of it for this person.
    record Found(long item, double score, List<String> reasons) {
        public Found {
            reasons = List.copyOf(reasons);
        }
    }

    /// The best items for a person, the best first, at most so many.
    List<Found> find(long user, int limit);
}
