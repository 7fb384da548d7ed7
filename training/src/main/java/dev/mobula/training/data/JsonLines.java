package dev.mobula.training.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A file with one JSON object a line: numbers, texts, flags and lists of numbers or texts.
///
/// With a schema its columns are read and other fields ignored; without one it is guessed from the first thousand lines
/// and a line with a field that none of them had goes to the rejects.
public final class JsonLines implements TableReader {
    private static final int GUESS_LINES = 1_000;
    private static final int DEPTH_MAX = 32;
    private static final ObjectReader JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH_MAX)
                                                    .build())
                                    .build())
                    .build()
                    .readerFor(JsonNode.class);

    private final TextFile file;
    private final TableSchema schema;
    private final boolean told;
    private final Rejects rejects;

    private JsonLines(TextFile file, TableSchema schema, boolean told, Rejects rejects) {
        this.file = file;
        this.schema = schema;
        this.told = told;
        this.rejects = rejects;
    }

    public static JsonLines open(Path path, Optional<TableSchema> told, Rejects rejects) {
        TableSchema schema = told.orElseGet(() -> guess(path));
        return new JsonLines(TextFile.open(path), schema, told.isPresent(), rejects);
    }

    private static TableSchema guess(Path path) {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        try (TextFile file = TextFile.open(path)) {
            for (int i = 0; i < GUESS_LINES; i++) {
                String line = file.next();
                if (line == null) {
                    break;
                }
                JsonNode object = parse(line);
                if (object != null) {
                    object.properties()
                            .forEach(
                                    field -> {
                                        Kind kind = kind(field.getValue());
                                        if (kind != null) {
                                            kinds.merge(field.getKey(), kind, JsonLines::both);
                                        }
                                    });
                }
            }
        }
        if (kinds.isEmpty()) {
            throw new TrainingException(
                    Code.BAD_DATA,
                    path + ": no line is a JSON object with a field that can be read");
        }
        List<Column> columns = new ArrayList<>();
        kinds.forEach((name, kind) -> columns.add(Column.of(name, kind)));
        return new TableSchema(columns, Map.of());
    }

    private static @Nullable Kind kind(JsonNode value) {
        if (value.isIntegralNumber()) {
            return Kind.WHOLE;
        }
        if (value.isNumber()) {
            return Kind.NUMBER;
        }
        if (value.isBoolean()) {
            return Kind.FLAG;
        }
        if (value.isTextual()) {
            return Kind.TEXT;
        }
        return value.isArray() && !value.isEmpty() ? listKind(value) : null;
    }

    private static @Nullable Kind listKind(JsonNode list) {
        Kind kind = null;
        for (JsonNode item : list) {
            Kind one =
                    item.isIntegralNumber()
                            ? Kind.WHOLES
                            : item.isNumber() ? Kind.REALS : item.isTextual() ? Kind.TEXTS : null;
            if (one == null) {
                return null;
            }
            kind = kind == null ? one : both(kind, one);
        }
        return kind;
    }

    private static Kind both(Kind a, Kind b) {
        if (a == b) {
            return a;
        }
        if ((a == Kind.WHOLE || a == Kind.NUMBER) && (b == Kind.WHOLE || b == Kind.NUMBER)) {
            return Kind.NUMBER;
        }
        if ((a == Kind.WHOLES || a == Kind.REALS) && (b == Kind.WHOLES || b == Kind.REALS)) {
            return Kind.REALS;
        }
        return isList(a) && isList(b) ? Kind.TEXTS : Kind.TEXT;
    }

    private static boolean isList(Kind kind) {
        return kind == Kind.WHOLES || kind == Kind.REALS || kind == Kind.TEXTS;
    }

    private static @Nullable JsonNode parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return node != null && node.isObject() ? node : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public boolean next(Rows batch, int rowsMax) {
        batch.clear();
        while (batch.size() < rowsMax) {
            String line = file.next();
            if (line == null) {
                break;
            }
            if (line.isBlank()) {
                continue;
            }
            JsonNode object = parse(line);
            if (object == null) {
                rejects.add(file, "line", line, "must be a JSON object");
            } else if (isKnown(object)) {
                add(object, batch);
            }
        }
        return batch.size() > 0;
    }

    private boolean isKnown(JsonNode object) {
        if (told) {
            return true;
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (schema.find(name).isEmpty() && !object.path(name).isNull()) {
                rejects.add(
                        file,
                        name,
                        object.path(name).toString(),
                        "is in none of the first lines or of no kind that is read");
                return false;
            }
        }
        return true;
    }

    private void add(JsonNode object, Rows batch) {
        for (int c = 0; c < schema.size(); c++) {
            Column column = schema.column(c);
            JsonNode value = object.path(column.name());
            if (value.isMissingNode() || value.isNull()) {
                batch.values(c).addMissing();
            } else if (!add(batch.values(c), column.kind(), value)) {
                batch.dropUnended();
                rejects.add(
                        file, column.name(), value.toString(), "must be of kind " + column.kind());
                return;
            }
        }
        batch.endRow();
    }

    private static boolean add(Values values, Kind kind, JsonNode value) {
        return switch (kind) {
            case WHOLE ->
                    value.isIntegralNumber()
                            && value.canConvertToLong()
                            && isAdded(values, kind, value.asText());
            case NUMBER, REAL -> value.isNumber() && isAdded(values, kind, value.asText());
            case FLAG -> value.isBoolean() && isAdded(values, kind, value.asText());
            case TEXT ->
                    isAdded(values, kind, value.isTextual() ? value.asText() : value.toString());
            case INSTANT, BYTES -> value.isTextual() && isAdded(values, kind, value.asText());
            case WHOLES, REALS, TEXTS ->
                    value.isArray() && addList((Values.Lists) values, kind, value);
        };
    }

    private static boolean isAdded(Values values, Kind kind, String text) {
        return FieldText.add(values, kind, text).isEmpty();
    }

    private static boolean addList(Values.Lists values, Kind kind, JsonNode list) {
        Kind element =
                kind == Kind.WHOLES ? Kind.WHOLE : kind == Kind.REALS ? Kind.REAL : Kind.TEXT;
        for (JsonNode item : list) {
            if (item.isNull() || !add(values.elements(), element, item)) {
                return false;
            }
        }
        values.endList();
        return true;
    }

    @Override
    public OptionalDouble done() {
        return file.done();
    }

    @Override
    public void close() {
        file.close();
    }
}
