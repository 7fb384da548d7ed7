package dev.mobula.retrieval.store;

/// One edge of a user: where it ends and since when it stands.
public record Edge(EdgeKind kind, long target, long sinceMillis) {}
