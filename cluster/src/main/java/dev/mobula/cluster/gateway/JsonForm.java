package dev.mobula.cluster.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Collectors;

/// JSON in and out: bounded in depth, strict about what it does not know, clear about what is wrong.
final class JsonForm {
    private static final int DEPTH_MAX = 64;
    private static final int NUMBER_CHARS_MAX = 64;

    private final ObjectMapper mapper =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH_MAX)
                                                    .maxNumberLength(NUMBER_CHARS_MAX)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .build();

    <T> T read(InputStream body, Class<T> form) throws IOException {
        T value;
        try {
            value = mapper.readValue(body, form);
        } catch (JsonProcessingException bad) {
            throw problem(bad);
        }
        if (value == null) {
            throw new RequestProblem("body", "null", "must be an object");
        }
        return value;
    }

    /// A tree, or a part of one, as this form.
    <T> T read(JsonNode tree, Class<T> form) {
        try {
            T value = mapper.treeToValue(tree, form);
            if (value == null) {
                throw new RequestProblem("body", "null", "must be an object");
            }
            return value;
        } catch (JsonProcessingException bad) {
            throw problem(bad);
        }
    }

    private static RuntimeException problem(JsonProcessingException bad) {
        return switch (bad) {
            case UnrecognizedPropertyException unknown ->
                    new RequestProblem(
                            path(unknown),
                            "…",
                            "is unknown here; known are " + unknown.getKnownPropertyIds());
            case ValueInstantiationException refused
                    when refused.getCause() instanceof RuntimeException own ->
                    own;
            case InvalidFormatException form ->
                    new RequestProblem(
                            path(form),
                            form.getValue(),
                            "must be of type " + form.getTargetType().getSimpleName());
            case MismatchedInputException none
                    when none.getTargetType() != null
                            && none.getTargetType().isPrimitive()
                            && none.getOriginalMessage().contains("`null`") ->
                    RequestProblem.missing(
                            path(none), "it must be of type " + none.getTargetType());
            case StreamConstraintsException deep ->
                    new RequestProblem("body", "…", "is too large: " + deep.getOriginalMessage());
            case JsonMappingException mapping when !mapping.getPath().isEmpty() ->
                    new RequestProblem(path(mapping), "…", mapping.getOriginalMessage());
            default ->
                    new RequestProblem(
                            "body", "…", "is not JSON: " + bad.getOriginalMessage() + place(bad));
        };
    }

    private static String place(JsonProcessingException bad) {
        return bad.getLocation() == null
                ? ""
                : " at line "
                        + bad.getLocation().getLineNr()
                        + ", column "
                        + bad.getLocation().getColumnNr();
    }

    private static String path(JsonMappingException mapping) {
        return mapping.getPath().stream()
                .map(
                        step ->
                                step.getFieldName() == null
                                        ? Integer.toString(step.getIndex())
                                        : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer of ours has no JSON form", impossible);
        }
    }
}
