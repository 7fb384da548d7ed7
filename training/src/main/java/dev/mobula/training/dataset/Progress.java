package dev.mobula.training.dataset;

/// Told how far work on a table has come.
@FunctionalInterface
public interface Progress {
    /// A listener that says nothing.
    Progress NONE = (rows, share) -> {};

    /// So many rows are done, and this share of all; negative where that is not known.
    void rows(long rows, double share);
}
