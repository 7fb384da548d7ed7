package dev.mobula.cluster.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;

/// One request as a handler sees it.
public interface Exchange {
    /// Who calls.
    Caller caller();

    /// The body, read as JSON of this form; a [RequestProblem] when it is not.
    <T> T body(Class<T> form);

    /// The body as it came; a [RequestProblem] when it ends early.
    byte[] bytes();

    /// The media type of the body in lower case, without its parameters; empty when none was told.
    String mediaType();

    /// One part of a body that was read as a tree, as this form; a [RequestProblem] when it is not.
    <T> T part(JsonNode tree, Class<T> form);

    /// The text at that place of the path.
    String pathText(String name);

    /// The whole number at that place of the path; a [RequestProblem] when it is none.
    long pathId(String name);

    /// A parameter of the query.
    Optional<String> query(String name);

    /// A whole number of the query.
    default Optional<Long> queryNumber(String name) {
        return query(name).map(value -> number(name, value));
    }

    /// Whole numbers of the query, separated by commas.
    default long[] queryIds(String name, int countMax) {
        String[] texts =
                query(name)
                        .filter(value -> !value.isBlank())
                        .orElseThrow(() -> RequestProblem.missing(name, "it must be ids: 1,2,3"))
                        .split(",", -1);
        if (texts.length > countMax) {
            throw new RequestProblem(
                    name, texts.length + " ids", "are too many; at most " + countMax);
        }
        return Arrays.stream(texts).mapToLong(text -> number(name, text.strip())).toArray();
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
