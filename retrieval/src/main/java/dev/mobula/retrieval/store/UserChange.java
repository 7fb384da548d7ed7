package dev.mobula.retrieval.store;

/// One entry of the user change stream: the write, and the position it got.
public record UserChange(long position, UserWrite write) {}
