package dev.mobula.ranking.safety.rules;

/// How far a rule's breaker is, so that a restart forgets neither the day's actions nor that it stopped itself.
///
/// @param day since 1970
/// @param today actions of that day
/// @param reason why it stopped itself, empty while it acts
public record BreakerState(long day, long today, String reason) {}
