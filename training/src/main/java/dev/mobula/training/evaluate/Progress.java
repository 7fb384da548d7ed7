package dev.mobula.training.evaluate;

/// Told how far a long evaluation has come.
@FunctionalInterface
public interface Progress {
    /// A listener that says nothing.
    Progress NONE = (phase, done, total) -> {};

    /// `done` of `total` steps of this phase are over.
    void step(String phase, long done, long total);
}
