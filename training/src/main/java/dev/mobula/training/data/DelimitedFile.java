package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A CSV or TSV file whose first line names its columns: quotes as RFC 4180 has them, lists separated by blanks.
///
/// An empty field is a missing value, a quoted empty one an empty text. The kinds of the columns are told, or guessed
/// from the first thousand records; a record that does not fit goes to the rejects.
public final class DelimitedFile implements TableReader {
    private static final int GUESS_RECORDS = 1_000;
    private static final int RECORD_LINES_MAX = 1_000;

    private final TextFile file;
    private final char separator;
    private final Rejects rejects;
    private final TableSchema schema;
    private final int fields;
    private final int[] places;

    /// A field and whether it was quoted.
    private record Field(String text, boolean quoted) {
        boolean isMissing() {
            return text.isEmpty() && !quoted;
        }
    }

    private DelimitedFile(
            TextFile file,
            char separator,
            Rejects rejects,
            List<String> names,
            TableSchema schema) {
        this.file = file;
        this.separator = separator;
        this.rejects = rejects;
        this.schema = schema;
        this.fields = names.size();
        this.places = new int[schema.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = names.indexOf(schema.column(i).name());
            if (places[i] < 0) {
                throw TrainingException.invalid(
                        file.path() + " column", schema.column(i).name(), "is not one of " + names);
            }
        }
    }

    /// Opens a file, gzip or plain. Without a schema all columns are read.
    public static DelimitedFile open(
            Path path, char separator, Optional<TableSchema> told, Rejects rejects) {
        TableSchema schema = told.orElseGet(() -> guess(path, separator));
        TextFile file = TextFile.open(path);
        try {
            return new DelimitedFile(file, separator, rejects, names(file, separator), schema);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static List<String> names(TextFile file, char separator) {
        String first = file.next();
        List<Field> headings = first == null ? null : record(file, first, separator);
        if (headings == null) {
            throw new TrainingException(
                    Code.BAD_DATA, file.path() + ":1: must have a line with the columns' names");
        }
        return headings.stream().map(field -> field.text().strip()).toList();
    }

    private static TableSchema guess(Path path, char separator) {
        try (TextFile file = TextFile.open(path)) {
            List<String> names = names(file, separator);
            Kind[] kinds = new Kind[names.size()];
            Arrays.fill(kinds, Kind.FLAG);
            boolean[] seen = new boolean[kinds.length];
            for (int i = 0; i < GUESS_RECORDS; i++) {
                String line = file.next();
                if (line == null) {
                    break;
                }
                List<Field> record = record(file, line, separator);
                if (record == null || record.size() != kinds.length) {
                    continue;
                }
                for (int c = 0; c < kinds.length; c++) {
                    if (!record.get(c).isMissing()) {
                        kinds[c] = FieldText.kind(kinds[c], record.get(c).text());
                        seen[c] = true;
                    }
                }
            }
            List<Column> columns = new ArrayList<>();
            for (int c = 0; c < kinds.length; c++) {
                columns.add(Column.of(names.get(c), seen[c] ? kinds[c] : Kind.TEXT));
            }
            return new TableSchema(columns, Map.of());
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
            if (line.isEmpty() && fields > 1) {
                continue;
            }
            List<Field> record = record(file, line, separator);
            if (record == null) {
                rejects.add(file, "record", line, "a quote is not closed or not at the ends");
            } else if (record.size() != fields) {
                rejects.add(
                        file,
                        "fields",
                        Integer.toString(record.size()),
                        "must be " + fields + " as in the first line");
            } else {
                add(record, batch);
            }
        }
        return batch.size() > 0;
    }

    private void add(List<Field> record, Rows batch) {
        for (int c = 0; c < places.length; c++) {
            Field field = record.get(places[c]);
            Column column = schema.column(c);
            if (field.isMissing()) {
                batch.values(c).addMissing();
                continue;
            }
            String wrong = FieldText.add(batch.values(c), column.kind(), field.text());
            if (!wrong.isEmpty()) {
                batch.dropUnended();
                rejects.add(file, column.name(), field.text(), wrong);
                return;
            }
        }
        batch.endRow();
    }

    /// The fields of a record that begins with this line; null when its quotes are wrong.
    private static @Nullable List<Field> record(TextFile file, String line, char separator) {
        List<Field> fields = new ArrayList<>();
        String rest = line;
        int at = 0;
        int lines = 1;
        while (true) {
            if (at < rest.length() && rest.charAt(at) == '"') {
                StringBuilder text = new StringBuilder();
                int end = quoted(rest, at + 1, text);
                while (end < 0) {
                    String more = lines++ < RECORD_LINES_MAX ? file.next() : null;
                    if (more == null) {
                        return null;
                    }
                    text.append('\n');
                    rest = more;
                    end = quoted(rest, 0, text);
                }
                fields.add(new Field(text.toString(), true));
                at = end;
            } else {
                int end = rest.indexOf(separator, at);
                end = end < 0 ? rest.length() : end;
                fields.add(new Field(rest.substring(at, end), false));
                at = end;
            }
            if (at == rest.length()) {
                return fields;
            }
            if (rest.charAt(at) != separator) {
                return null;
            }
            at++;
        }
    }

    /// Reads up to the closing quote; the place after it, or -1 when the line ends before.
    private static int quoted(String line, int from, StringBuilder text) {
        int at = from;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c != '"') {
                text.append(c);
            } else if (at < line.length() && line.charAt(at) == '"') {
                text.append('"');
                at++;
            } else {
                return at;
            }
        }
        return -1;
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
