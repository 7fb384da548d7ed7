package dev.mobula.retrieval.store;

/// One entry of a user's history.
///
/// @param weight what its kind weighs now
public record PastEvent(long item, String kind, float weight, float value, long atMillis) {}
