package dev.mobula.training.checkpoint;

/// A file of a checkpoint as it was written.
///
/// @param sha256 of its content, in hexadecimal
public record FileEntry(String name, long bytes, String sha256) {}
