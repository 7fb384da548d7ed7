package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whether the arguments of a tool call are what the tool's JSON schema allows.
///
/// Of JSON schema it knows `type`, `required`, `properties`, `additionalProperties: false`, `enum`, `maxLength`,
/// `minimum`, `maximum`, `items` and `maxItems`; other words are ignored.
final class ToolArguments {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PROBLEMS_MAX = 20;

    private final List<Problem> problems = new ArrayList<>();

    private ToolArguments() {}

    record Problem(String pointer, String reason) {}

    /// What is wrong with the `arguments` of a call, or with the whole when it has none.
    static List<Problem> check(String call, String schema) {
        JsonNode rules;
        try {
            rules = JSON.readTree(schema);
        } catch (JsonProcessingException bad) {
            return List.of(new Problem("", "its schema is no JSON"));
        }
        try {
            JsonNode whole = JSON.readTree(call);
            ToolArguments check = new ToolArguments();
            boolean named = whole.has("arguments");
            check.node(named ? "/arguments" : "", named ? whole.get("arguments") : whole, rules);
            return check.problems;
        } catch (JsonProcessingException bad) {
            return List.of(new Problem("", "is no JSON"));
        }
    }

    private void add(String pointer, String reason) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(new Problem(pointer, reason));
        }
    }

    private void node(String pointer, JsonNode value, JsonNode rules) {
        String type = rules.path("type").asText("");
        if (!type.isEmpty() && !isOf(type, value)) {
            add(pointer, "is no " + type);
            return;
        }
        if (rules.path("enum").isArray() && !holds(rules.get("enum"), value)) {
            add(pointer, "is none of the values allowed");
        }
        if (value.isTextual() && over(value.textValue().length(), rules.path("maxLength"))) {
            add(pointer, "is longer than " + rules.get("maxLength"));
        }
        if (value.isNumber()) {
            number(pointer, value.doubleValue(), rules);
        }
        if (value.isArray()) {
            array(pointer, value, rules);
        }
        if (value.isObject()) {
            object(pointer, value, rules);
        }
    }

    private static boolean holds(JsonNode values, JsonNode value) {
        for (JsonNode one : values) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean over(int length, JsonNode limit) {
        return limit.isNumber() && length > limit.doubleValue();
    }

    private void number(String pointer, double value, JsonNode rules) {
        JsonNode least = rules.path("minimum");
        JsonNode most = rules.path("maximum");
        if (least.isNumber() && value < least.doubleValue()) {
            add(pointer, "is below " + least);
        }
        if (most.isNumber() && value > most.doubleValue()) {
            add(pointer, "is above " + most);
        }
    }

    private void array(String pointer, JsonNode value, JsonNode rules) {
        if (over(value.size(), rules.path("maxItems"))) {
            add(pointer, "has more than " + rules.get("maxItems") + " items");
            return;
        }
        JsonNode items = rules.path("items");
        for (int i = 0; items.isObject() && i < value.size(); i++) {
            node(pointer + "/" + i, value.get(i), items);
        }
    }

    private void object(String pointer, JsonNode value, JsonNode rules) {
        JsonNode known = rules.path("properties");
        for (JsonNode name : rules.path("required")) {
            if (!value.has(name.asText())) {
                add(pointer, "lacks " + name.asText());
            }
        }
        boolean closed =
                rules.path("additionalProperties").isBoolean()
                        && !rules.get("additionalProperties").booleanValue();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String at = pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
            if (known.has(field.getKey())) {
                node(at, field.getValue(), known.get(field.getKey()));
            } else if (closed) {
                add(at, "is not among the arguments");
            }
        }
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            case "null" -> value.isNull();
            default -> true;
        };
    }
}
