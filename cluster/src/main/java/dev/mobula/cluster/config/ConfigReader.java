package dev.mobula.cluster.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// Fills a tree of records from YAML nodes and goes on after every problem, so that all are told.
///
/// A null that it returns stands for a value with a problem, which is in the list.
final class ConfigReader {
    private static final int SHOWN_CHARS_MAX = 80;

    private final String file;
    private final Class<?> rootType;
    private final List<ConfigProblem> problems;

    ConfigReader(String file, Class<?> rootType, List<ConfigProblem> problems) {
        this.file = file;
        this.rootType = rootType;
        this.problems = problems;
    }

    @Nullable Object read(Node root, Object defaults) {
        return section(root, "", RecordType.of(rootType), defaults);
    }

    private @Nullable Object section(
            Node node, String path, RecordType type, @Nullable Object defaults) {
        Map<String, NodeTuple> entries = entries(node, path);
        if (entries == null) {
            return null;
        }
        int before = problems.size();
        @Nullable Object[] values = new Object[type.keys().size()];
        for (int i = 0; i < values.length; i++) {
            RecordComponent key = type.keys().get(i);
            NodeTuple entry = entries.remove(key.getName());
            Object fallback = defaults == null ? null : RecordType.value(key, defaults);
            values[i] =
                    entry == null
                            ? absent(node, path, key, fallback)
                            : value(
                                    entry.getValueNode(),
                                    name(path, key.getName()),
                                    key.getGenericType(),
                                    RecordType.doc(key),
                                    fallback);
        }
        entries.forEach((name, entry) -> unknown(name, entry, path, type));
        return problems.size() > before ? null : created(node, path, type, values);
    }

    private @Nullable Object created(
            Node node, String path, RecordType type, @Nullable Object[] values) {
        try {
            return type.create(values);
        } catch (RuntimeException refused) {
            return problem(
                    node, path.isEmpty() ? "file" : path, "", String.valueOf(refused.getMessage()));
        }
    }

    private @Nullable Map<String, NodeTuple> entries(Node node, String path) {
        String name = path.isEmpty() ? "file" : path;
        if (!(node instanceof MappingNode mapping)) {
            problem(node, name, shown(node), "must be a section: key: value");
            return null;
        }
        Map<String, NodeTuple> entries = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problem(entry.getKeyNode(), name, "", "a key must be a word");
            } else if (entries.put(key.getValue(), entry) != null) {
                problem(key, name(path, key.getValue()), "", "is there twice");
            }
        }
        return entries;
    }

    private @Nullable Object absent(
            Node node, String path, RecordComponent key, @Nullable Object fallback) {
        if (fallback != null) {
            return fallback;
        }
        if (key.getType() == Optional.class) {
            return Optional.empty();
        }
        if (key.getType() == List.class) {
            return List.of();
        }
        return problem(node, name(path, key.getName()), "", "is missing");
    }

    private void unknown(String name, NodeTuple entry, String path, RecordType type) {
        List<String> here = type.keys().stream().map(RecordComponent::getName).toList();
        Optional<String> near =
                NearestKey.of(name, here)
                        .map(key -> name(path, key))
                        .or(() -> NearestKey.of(name, RecordType.of(rootType).paths("")));
        problem(
                entry.getKeyNode(),
                name(path, name),
                shown(entry.getValueNode()),
                "is not a key"
                        + near.map(key -> "; did you mean " + key + "?")
                                .orElse("; here are " + String.join(", ", here)));
    }

    private @Nullable Object value(
            Node node, String name, Type type, Key key, @Nullable Object fallback) {
        if (type instanceof ParameterizedType generic) {
            return container(node, name, generic, key);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return node.getTag().equals(Tag.NULL) && fallback != null
                    ? fallback
                    : section(node, name, RecordType.of(plain), fallback);
        }
        if (!(node instanceof ScalarNode scalar) || node.getTag().equals(Tag.NULL)) {
            return problem(node, name, shown(node), "must be " + wanted(plain));
        }
        return scalar(scalar, name, plain, key);
    }

    private @Nullable Object container(Node node, String name, ParameterizedType type, Key key) {
        if (type.getRawType() == Optional.class) {
            return node.getTag().equals(Tag.NULL)
                    ? Optional.empty()
                    : Optional.ofNullable(
                            value(node, name, type.getActualTypeArguments()[0], key, null));
        }
        if (type.getRawType() == Map.class) {
            return named(node, name, type.getActualTypeArguments()[1], key);
        }
        if (!(node instanceof SequenceNode list)) {
            return problem(node, name, shown(node), "must be a list");
        }
        List<Object> values = new ArrayList<>();
        for (Node item : list.getValue()) {
            String place = name + "[" + values.size() + "]";
            Object value = value(item, place, type.getActualTypeArguments()[0], key, null);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    private @Nullable Object named(Node node, String name, Type type, Key key) {
        Map<String, NodeTuple> entries = entries(node, name);
        if (entries == null) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            Node valueNode = entry.getValue().getValueNode();
            Object value = value(valueNode, name(name, entry.getKey()), type, key, null);
            if (value == null) {
                return null;
            }
            values.put(entry.getKey(), value);
        }
        return values;
    }

    private @Nullable Object scalar(ScalarNode node, String name, Class<?> type, Key key) {
        String text = node.getValue();
        if (type == String.class) {
            return text;
        }
        if (type == Path.class) {
            return Path.of(text);
        }
        if (type == boolean.class) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> problem(node, name, text, "must be " + wanted(type));
            };
        }
        if (type == Duration.class) {
            return Spans.parse(text)
                    .filter(span -> span.toMillis() >= key.min() && span.toMillis() <= key.max())
                    .map(Object.class::cast)
                    .orElseGet(
                            () ->
                                    problem(
                                            node,
                                            name,
                                            text,
                                            "must be "
                                                    + wanted(type)
                                                    + ConfigText.range(type, key)));
        }
        return type.isEnum()
                ? choice(node, name, type, text)
                : number(node, name, type, key, text.replace("_", ""));
    }

    private @Nullable Object choice(ScalarNode node, String name, Class<?> type, String text) {
        for (Object one : type.getEnumConstants()) {
            if (ConfigText.word((Enum<?>) one).equals(text)) {
                return one;
            }
        }
        return problem(node, name, text, "must be " + wanted(type));
    }

    private @Nullable Object number(
            ScalarNode node, String name, Class<?> type, Key key, String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= key.min() && value <= key.max()) {
                if (type == double.class) {
                    return value;
                }
                if (type == float.class) {
                    return (float) value;
                }
                return type == int.class ? (Object) Integer.parseInt(text) : Long.parseLong(text);
            }
        } catch (NumberFormatException notOne) {
            // The refusal below says what would be right.
        }
        return problem(
                node,
                name,
                node.getValue(),
                "must be " + wanted(type) + ConfigText.range(type, key));
    }

    private static String wanted(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(one -> ConfigText.word((Enum<?>) one))
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName().toLowerCase(Locale.ROOT)) {
            case "boolean" -> "true or false";
            case "int", "long" -> "a whole number";
            case "double", "float" -> "a number";
            case "duration" -> Spans.SYNTAX;
            case "path" -> "a file or folder";
            default -> "text";
        };
    }

    private static String name(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(Node node) {
        if (node instanceof ScalarNode scalar) {
            String value = scalar.getValue();
            return value.length() > SHOWN_CHARS_MAX
                    ? value.substring(0, SHOWN_CHARS_MAX) + "…"
                    : value;
        }
        return node instanceof SequenceNode ? "a list" : "a section";
    }

    private @Nullable Object problem(Node node, String key, String value, String reason) {
        problems.add(
                new ConfigProblem(file, node.getStartMark().getLine() + 1, key, value, reason));
        return null;
    }
}
