package dev.mobula.cluster.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/// What the engine says is wrong: in words, with field and value where one is at fault, and what to do.
@JsonIgnoreProperties(ignoreUnknown = true)
public record EngineProblem(
        String title,
        int status,
        String detail,
        @Nullable String field,
        @Nullable String value,
        @Nullable String hint) {}
