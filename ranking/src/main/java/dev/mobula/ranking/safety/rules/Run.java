package dev.mobula.ranking.safety.rules;

/// What one evaluation reads.
record Run(RuleEvent event, Facts facts, Counters counters) {}
