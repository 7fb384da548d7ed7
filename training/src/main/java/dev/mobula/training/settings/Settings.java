package dev.mobula.training.settings;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// One section of a YAML file, asked key by key. What nobody asked for is refused by [#end].
///
/// A refusal reads `run.yaml:7: model.width=0: must be 1 to 4096`.
public final class Settings {
    private static final int BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 16;
    private static final int SHOWN_CHARS_MAX = 80;

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<Settings> sections = new ArrayList<>();

    private Settings(String file, String path, Node node) {
        this.file = file;
        this.path = path;
        this.line = line(node);
        if (!(node instanceof MappingNode mapping)) {
            throw at(
                    line,
                    path.isEmpty() ? "file" : path,
                    shown(node),
                    "must be a section: key: value");
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw at(line(entry.getKeyNode()), path, "?", "a key must be a word");
            }
            if (entries.put(key.getValue(), entry) != null) {
                throw at(
                        line(key),
                        name(key.getValue()),
                        shown(entry.getValueNode()),
                        "is there twice");
            }
        }
    }

    /// Reads a file.
    public static Settings read(Path path) {
        return parse(path.toString(), readText(path));
    }

    /// A file's text, when it is not too long for a description.
    public static String readText(Path path) {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw TrainingException.invalid(
                        path + " bytes", Files.size(path), "must be at most " + BYTES_MAX);
            }
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new TrainingException(Code.NOT_FOUND, path + ": no such file", e);
        } catch (MalformedInputException e) {
            throw new TrainingException(Code.INVALID_INPUT, path + ": must be UTF-8", e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
    }

    /// Reads a text; `file` is what refusals call it.
    public static Settings parse(String file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(BYTES_MAX);
        options.setNestingDepthLimit(DEPTH_MAX);
        options.setMaxAliasesForCollections(0);
        try {
            Node root = new Yaml(options).compose(new StringReader(text));
            if (root == null) {
                throw new TrainingException(Code.INVALID_INPUT, file + ":1: is empty");
            }
            return new Settings(file, "", root);
        } catch (MarkedYAMLException e) {
            int at = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new TrainingException(
                    Code.INVALID_INPUT, file + ":" + at + ": is no YAML: " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new TrainingException(
                    Code.INVALID_INPUT, file + ": is no YAML: " + e.getMessage(), e);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private String name(String key) {
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

    private TrainingException at(int atLine, String name, Object value, String rule) {
        return new TrainingException(
                Code.INVALID_INPUT, file + ":" + atLine + ": " + name + "=" + value + ": " + rule);
    }

    /// A refusal of a value that was asked for, for rules that only the caller knows.
    public TrainingException refusal(String key, String rule) {
        NodeTuple entry = entries.get(key);
        return entry == null
                ? at(line, name(key), "", rule)
                : at(line(entry.getValueNode()), name(key), shown(entry.getValueNode()), rule);
    }

    public boolean has(String key) {
        return entries.containsKey(key);
    }

    /// All keys, for a section whose keys are names.
    public Set<String> keys() {
        return Set.copyOf(entries.keySet());
    }

    private @Nullable Node find(String key) {
        asked.add(key);
        NodeTuple entry = entries.get(key);
        return entry == null || isNull(entry.getValueNode()) ? null : entry.getValueNode();
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private Node require(String key) {
        Node node = find(key);
        if (node == null) {
            throw at(line, name(key), "", "is missing");
        }
        return node;
    }

    private String scalar(String key, Tag tag, String wanted) {
        Node node = require(key);
        if (!(node instanceof ScalarNode scalar) || !isOf(scalar, tag)) {
            throw refusal(key, "must be " + wanted);
        }
        return scalar.getValue();
    }

    private static boolean isOf(ScalarNode scalar, Tag tag) {
        return scalar.getTag().equals(tag)
                || (tag.equals(Tag.FLOAT)
                        && (scalar.getTag().equals(Tag.INT) || isExponent(scalar)));
    }

    /// `1e-3` is a number to everybody but YAML 1.1, which wants a point in it.
    private static boolean isExponent(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.STR)
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && scalar.getValue().matches("[-+]?[0-9]+[eE][-+]?[0-9]+");
    }

    public String text(String key) {
        String text =
                scalar(key, Tag.STR, "text; put quotes around what looks like a number or yes");
        if (text.isBlank()) {
            throw refusal(key, "must not be empty");
        }
        return text;
    }

    public String text(String key, String otherwise) {
        return find(key) == null ? otherwise : text(key);
    }

    public long whole(String key, long min, long max) {
        String text = scalar(key, Tag.INT, "a whole number").replace("_", "");
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Too large, octal or in sixties: outside as well.
        }
        throw refusal(key, "must be " + min + " to " + max);
    }

    public long whole(String key, long min, long max, long otherwise) {
        return find(key) == null ? otherwise : whole(key, min, max);
    }

    public double number(String key, double min, double max) {
        String text = scalar(key, Tag.FLOAT, "a number").replace("_", "");
        try {
            double value = Double.parseDouble(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // .inf, .nan and sixties: outside as well.
        }
        throw refusal(key, "must be " + min + " to " + max);
    }

    public double number(String key, double min, double max, double otherwise) {
        return find(key) == null ? otherwise : number(key, min, max);
    }

    public boolean flag(String key, boolean otherwise) {
        if (find(key) == null) {
            return otherwise;
        }
        return switch (scalar(key, Tag.BOOL, "true or false").toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refusal(key, "must be true or false");
        };
    }

    /// One of an enum's constants, written small with dashes.
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        String text = text(key);
        List<String> names = new ArrayList<>();
        for (E one : type.getEnumConstants()) {
            String name = one.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(text)) {
                return one;
            }
            names.add(name);
        }
        throw refusal(key, "must be one of " + String.join(", ", names));
    }

    public <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        return find(key) == null ? otherwise : choice(key, type);
    }

    /// A list of texts; empty when it is not there.
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node item : list(key)) {
            if (!(item instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.STR)) {
                throw at(line(item), name(key), shown(item), "must be a list of texts");
            }
            texts.add(scalar.getValue());
        }
        return texts;
    }

    /// A list of whole numbers; empty when it is not there.
    public List<Integer> wholes(String key, int min, int max) {
        List<Integer> wholes = new ArrayList<>();
        for (Node item : list(key)) {
            String rule = "must be a list of whole numbers, " + min + " to " + max;
            if (!(item instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.INT)) {
                throw at(line(item), name(key), shown(item), rule);
            }
            try {
                int value = Integer.parseInt(scalar.getValue());
                if (value < min || value > max) {
                    throw at(line(item), name(key), shown(item), rule);
                }
                wholes.add(value);
            } catch (NumberFormatException e) {
                throw at(line(item), name(key), shown(item), rule);
            }
        }
        return wholes;
    }

    private List<Node> list(String key) {
        Node node = find(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw refusal(key, "must be a list");
        }
        return sequence.getValue();
    }

    public Settings section(String key) {
        Settings section = new Settings(file, name(key), require(key));
        sections.add(section);
        return section;
    }

    public Optional<Settings> findSection(String key) {
        return find(key) == null ? Optional.empty() : Optional.of(section(key));
    }

    /// A list of sections; empty when it is not there.
    public List<Settings> sectionList(String key) {
        List<Settings> all = new ArrayList<>();
        int index = 0;
        for (Node item : list(key)) {
            all.add(new Settings(file, name(key) + "[" + index++ + "]", item));
        }
        sections.addAll(all);
        return all;
    }

    /// Refuses keys that nobody asked for, here and in the sections that were asked for.
    public void end() {
        for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw at(
                        line(entry.getValue().getKeyNode()),
                        name(entry.getKey()),
                        shown(entry.getValue().getValueNode()),
                        "is not a key here; those are " + String.join(", ", asked));
            }
        }
        sections.forEach(Settings::end);
    }
}
