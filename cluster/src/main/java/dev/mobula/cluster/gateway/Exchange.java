package dev.mobula.cluster.gateway;

import java.util.Optional;

/// One request as a handler sees it.
public interface Exchange {
    /// Who calls.
    Caller caller();

    /// The body, read as JSON of this form; a [RequestProblem] when it is not.
    <T> T body(Class<T> form);

    /// The whole number at that place of the path; a [RequestProblem] when it is none.
    long pathId(String name);

    /// A parameter of the query.
    Optional<String> query(String name);

    /// A whole number of the query.
    default Optional<Long> queryNumber(String name) {
        return query(name).map(value -> number(name, value));
    }

    /// A text as a whole number; a [RequestProblem] when it is none.
    static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException bad) {
            throw new RequestProblem(name, value, "must be a whole number");
        }
    }
}
