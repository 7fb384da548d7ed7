package dev.mobula.retrieval.shard;

import java.nio.file.Path;
import java.util.Optional;

/// A shard in numbers.
///
/// @param items vectors that can be found
/// @param frozenRows rows of the snapshot, dead ones included
/// @param deadRows rows of the snapshot that were deleted or replaced since
/// @param liveItems vectors outside the snapshot
/// @param liveUsed slots used of the live index that takes writes
/// @param position the position of the change stream that the snapshot covers
/// @param verified whether every byte of the snapshot has been read and compared with its checksum
/// @param lastFailure why the last compaction failed, if it did
public record ShardStats(
        int items,
        int frozenRows,
        int deadRows,
        int liveItems,
        int liveUsed,
        int liveCapacity,
        long compactions,
        long position,
        Path snapshot,
        long snapshotBytes,
        boolean verified,
        Optional<String> lastFailure) {}
