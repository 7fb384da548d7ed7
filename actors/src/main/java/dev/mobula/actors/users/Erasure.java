package dev.mobula.actors.users;

/// Where in the stream of its shard a user was forgotten: what derives from the shard up to there holds nothing of it.
public record Erasure(String shard, long position) {}
