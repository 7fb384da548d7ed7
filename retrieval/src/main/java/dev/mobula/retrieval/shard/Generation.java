package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.live.LiveIndex;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a search reads, as one value: the snapshot, the live index that is being merged into the next, and the live
/// index that takes writes. Replaced whole, never changed.
record Generation(FrozenPart frozen, @Nullable LiveIndex sealed, LiveIndex live) {
    /// Makes every version of an id unfindable that is older than the live index; true when there was one.
    boolean killOlder(long id) {
        boolean inSealed = sealed != null && sealed.remove(id);
        boolean inFrozen = frozen.kill(id);
        return inSealed || inFrozen;
    }

    int items() {
        return frozen.index().count() - frozen.dead().count() + liveItems();
    }

    int liveItems() {
        return live.size() + (sealed == null ? 0 : sealed.size());
    }

    ShardStats stats(long compactions, Optional<String> lastFailure) {
        FrozenIndex index = frozen.index();
        return new ShardStats(
                items(),
                index.count(),
                frozen.dead().count(),
                liveItems(),
                live.used(),
                live.capacity(),
                compactions,
                index.position(),
                index.file(),
                index.bytes(),
                frozen.isVerified(),
                lastFailure);
    }
}
