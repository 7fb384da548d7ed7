package dev.mobula.retrieval.source;

/// A clock that only measures: nanoseconds since any fixed moment.
@FunctionalInterface
public interface Ticker {
    long nanos();
}
