package dev.mobula.retrieval.shard;

/// The answer to an upsert.
public enum WriteResult {
    /// The vector can be found from now on.
    APPLIED,
    /// The live index has no slot left: nothing was changed, try again after a compaction.
    FULL
}
