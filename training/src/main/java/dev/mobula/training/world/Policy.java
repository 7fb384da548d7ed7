package dev.mobula.training.world;

/// Decides what a user gets to see, and hears what came of it.
public interface Policy {
    /// Fills the empty page with items on offer, none twice.
    void choose(Request request, Page page);

    /// Hears of every item that was viewed, in the order of viewing.
    default void observe(Impression impression) {}
}
