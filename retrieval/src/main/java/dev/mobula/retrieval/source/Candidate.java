package dev.mobula.retrieval.source;

/// One candidate: what was found, how good its source thinks it is, who found it and why.
///
/// @param subject what the reason speaks of, 0 when it speaks of nothing
public record Candidate(long id, float score, String source, Reason reason, long subject) {}
