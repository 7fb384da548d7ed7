package dev.mobula.training.program;

/// Keys of a batch that are looked up in an embedding table.
///
/// @param name of the lookup, which programs read its embeddings by
/// @param table that is read
/// @param perRow keys per row: 1, or the longest sequence, filled up with [Batch#MISSING]
public record Lookup(String name, String table, int perRow) {}
