package dev.mobula.ranking.safety.rules;

/// One event as rules see it: its time and its fields in the order of the schema. Owned arrays.
@SuppressWarnings("ArrayRecordComponent") // reused by who makes events, read at once
public record RuleEvent(long atMillis, double[] numbers, String[] texts) {}
