package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.nio.file.Path;

/// How a store is opened: where, how much of its change stream it keeps, how much may wait for the disk.
///
/// @param changesRetained how many of the newest changes stay readable; a reader further behind must rebuild
/// @param pendingWritesMax writes that may wait for the disk before the answer is `FULL`
/// @param pendingBytesMax their bytes together
/// @param groupWritesMax writes that share one sync
/// @param blockCacheBytes memory for blocks read from disk
public record StoreOptions(
        Path directory,
        long changesRetained,
        int pendingWritesMax,
        long pendingBytesMax,
        int groupWritesMax,
        long blockCacheBytes,
        StoreLimits limits) {

    public StoreOptions {
        atLeast("changesRetained", changesRetained, 1);
        atLeast("pendingWritesMax", pendingWritesMax, 1);
        atLeast("pendingBytesMax", pendingBytesMax, limits.itemBytesMax());
        atLeast("groupWritesMax", groupWritesMax, 1);
        atLeast("blockCacheBytes", blockCacheBytes, 1 << 20);
    }

    /// The defaults, in the given directory.
    public static StoreOptions at(Path directory) {
        return new StoreOptions(
                directory, 1_000_000, 8_192, 64L << 20, 512, 64L << 20, StoreLimits.DEFAULT);
    }

    public StoreOptions withChangesRetained(long changes) {
        return new StoreOptions(
                directory,
                changes,
                pendingWritesMax,
                pendingBytesMax,
                groupWritesMax,
                blockCacheBytes,
                limits);
    }

    public StoreOptions withLimits(StoreLimits newLimits) {
        return new StoreOptions(
                directory,
                changesRetained,
                pendingWritesMax,
                pendingBytesMax,
                groupWritesMax,
                blockCacheBytes,
                newLimits);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw invalid(name, value, "must be at least " + least);
        }
    }
}
