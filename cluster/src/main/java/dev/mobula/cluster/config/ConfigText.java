package dev.mobula.cluster.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A tree of records as a YAML file in which every key is explained; reading it gives the same tree.
public final class ConfigText {
    private static final int LINE_CHARS = 100;
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private ConfigText() {}

    public static String of(Record settings) {
        ConfigText text = new ConfigText();
        text.section(settings, "");
        return text.out.toString();
    }

    private void section(Object settings, String indent) {
        for (RecordComponent key : RecordType.of(settings.getClass()).keys()) {
            comment(key, indent);
            value(key.getName() + ":", RecordType.value(key, settings), indent);
        }
    }

    private void comment(RecordComponent key, String indent) {
        Key doc = RecordType.doc(key);
        String told = doc.value() + range(key.getType(), doc);
        String line = "";
        for (String word : told.split(" ", -1)) {
            if (indent.length() + line.length() + word.length() + 3 > LINE_CHARS) {
                out.append(indent).append('#').append(line).append('\n');
                line = "";
            }
            line += " " + word;
        }
        out.append(indent).append('#').append(line).append('\n');
    }

    private void value(String key, Object value, String indent) {
        switch (value) {
            case Record section -> {
                out.append(indent).append(key).append('\n');
                section(section, indent + INDENT);
            }
            case Optional<?> maybe ->
                    maybe.ifPresentOrElse(
                            there -> value(key, there, indent),
                            () -> out.append(indent).append(key).append(" null\n"));
            case List<?> list when list.stream().anyMatch(Record.class::isInstance) -> {
                out.append(indent).append(key).append('\n');
                for (Object item : list) {
                    out.append(indent).append(INDENT).append("-\n");
                    section(item, indent + INDENT + INDENT);
                }
            }
            case List<?> list ->
                    out.append(indent)
                            .append(key)
                            .append(" [")
                            .append(
                                    String.join(
                                            ", ", list.stream().map(ConfigText::scalar).toList()))
                            .append("]\n");
            case Map<?, ?> map -> {
                out.append(indent).append(key).append(map.isEmpty() ? " {}\n" : "\n");
                map.forEach((name, each) -> value(scalar(name) + ":", each, indent + INDENT));
            }
            default ->
                    out.append(indent).append(key).append(' ').append(scalar(value)).append('\n');
        }
    }

    private static String scalar(Object value) {
        return switch (value) {
            case Duration span -> Spans.text(span);
            case Enum<?> choice -> word(choice);
            case String text -> quoted(text);
            case Path path -> quoted(path.toString());
            default -> String.valueOf(value);
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// An enum's constant as it is written: small, with dashes.
    static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The range in words, empty when there is none.
    static String range(Class<?> type, Key key) {
        if (Double.isInfinite(key.min()) || Double.isInfinite(key.max())) {
            return Double.isInfinite(key.min()) ? "" : " (at least " + bound(type, key.min()) + ")";
        }
        return " (" + bound(type, key.min()) + " to " + bound(type, key.max()) + ")";
    }

    private static String bound(Class<?> type, double bound) {
        if (type == Duration.class) {
            return Spans.text(Duration.ofMillis((long) bound));
        }
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
