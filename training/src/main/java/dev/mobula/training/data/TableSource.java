package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.LogView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A table by its path: a folder of segments, or a file of whatever format its first bytes and its name say.
public final class TableSource {
    private static final byte[] ARROW = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private TableSource() {}

    /// Opens a table.
    ///
    /// @param columns `name` or `name:kind` of the columns to read, none for all; text formats take the kinds
    public static TableReader open(Path path, List<String> columns, Rejects rejects) {
        Optional<List<String>> names =
                columns.isEmpty()
                        ? Optional.empty()
                        : Optional.of(columns.stream().map(TableSource::name).toList());
        if (Files.isDirectory(path)) {
            LogView view = LogView.open(path);
            return names.isEmpty() ? view.reader() : view.reader(names.get());
        }
        byte[] first = FileAttempt.of(path, "open", () -> first(path));
        if (startsWith(first, ARROW)) {
            return ArrowFile.open(path, names);
        }
        if (startsWith(first, PARQUET)) {
            return ParquetFile.open(path, names);
        }
        return text(path, columns, rejects);
    }

    private static TableReader text(Path path, List<String> columns, Rejects rejects) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson") || plain.endsWith(".json")) {
            Optional<TableSchema> told = told(columns, () -> guessJson(path));
            return JsonLines.open(path, told, rejects);
        }
        char separator =
                switch (plain.substring(plain.lastIndexOf('.') + 1)) {
                    case "csv" -> ',';
                    case "tsv", "inter" -> '\t';
                    default ->
                            throw TrainingException.invalid(
                                    "file",
                                    path,
                                    "must be Arrow or Parquet, or be named .csv, .tsv or .jsonl");
                };
        Optional<TableSchema> told = told(columns, () -> guessDelimited(path, separator));
        return DelimitedFile.open(path, separator, told, rejects);
    }

    /// Looks at a file for the kinds that were not told.
    @FunctionalInterface
    private interface Guess {
        TableSchema schema();
    }

    private static Optional<TableSchema> told(List<String> columns, Guess guess) {
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        TableSchema guessed =
                columns.stream().allMatch(column -> column.contains(":")) ? null : guess.schema();
        List<Column> all = new ArrayList<>();
        for (String column : columns) {
            if (column.contains(":")) {
                all.add(Column.of(name(column), kind(column)));
            } else if (guessed != null) {
                all.add(guessed.column(guessed.require(column)));
            }
        }
        return Optional.of(new TableSchema(all, Map.of()));
    }

    private static TableSchema guessJson(Path path) {
        try (TableReader reader = JsonLines.open(path, Optional.empty(), new Rejects(0))) {
            return reader.schema();
        }
    }

    private static TableSchema guessDelimited(Path path, char separator) {
        try (TableReader reader =
                DelimitedFile.open(path, separator, Optional.empty(), new Rejects(0))) {
            return reader.schema();
        }
    }

    private static String name(String column) {
        int colon = column.lastIndexOf(':');
        return colon < 0 ? column : column.substring(0, colon);
    }

    private static Kind kind(String column) {
        String kind = column.substring(column.lastIndexOf(':') + 1).toUpperCase(Locale.ROOT);
        return Arrays.stream(Kind.values())
                .filter(one -> one.name().equals(kind))
                .findFirst()
                .orElseThrow(
                        () ->
                                TrainingException.invalid(
                                        "column",
                                        column,
                                        "its kind must be one of "
                                                + Arrays.toString(Kind.values())));
    }

    private static byte[] first(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(8);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] magic) {
        return bytes.length >= magic.length
                && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
    }
}
