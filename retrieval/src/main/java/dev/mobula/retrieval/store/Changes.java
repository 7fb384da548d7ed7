package dev.mobula.retrieval.store;

import java.util.List;

/// The answer to "what changed since this position": a page of changes, or the news that they are gone.
public sealed interface Changes<C> {
    /// The changes that follow the position asked for, without a gap; `next` is the position to ask for next.
    record Page<C>(List<C> changes, long next) implements Changes<C> {
        public Page {
            changes = List.copyOf(changes);
        }
    }

    /// The position is older than what is kept, or from another life of this store: scan everything, then follow the
    /// stream from the position the scan returns.
    record Rebuild<C>(long oldest, long newest) implements Changes<C> {}
}
