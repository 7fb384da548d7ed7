package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// A kind of event: its name, what it says about the user's liking, and whether it means that the item was seen.
///
/// @param weight above 0 the user took to the item, below 0 not; 0 says neither and stays out of the history
public record EventKind(String name, float weight, boolean marksSeen) {
    /// The largest weight in either direction.
    public static final float WEIGHT_MAX = 100;

    public EventKind {
        if (name.isBlank()) {
            throw invalid("kind.name", "\"" + name + "\"", "must not be blank");
        }
        ItemCodec.text("kind.name", name, 32);
        if (!(Math.abs(weight) <= WEIGHT_MAX)) {
            throw invalid(
                    "kinds." + name + ".weight",
                    weight,
                    "must be in -" + WEIGHT_MAX + ".." + WEIGHT_MAX);
        }
    }

    /// Whether events of this kind are kept in the history of their user.
    public boolean isRemembered() {
        return weight != 0;
    }
}
