package dev.mobula.training.columns;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/// The columns of a table in order, with notes about it that travel in its files.
public record TableSchema(List<Column> columns, Map<String, String> notes) {
    /// The most columns.
    public static final int COLUMNS_MAX = 8_192;

    public TableSchema {
        columns = List.copyOf(columns);
        notes = Map.copyOf(notes);
        if (columns.isEmpty() || columns.size() > COLUMNS_MAX) {
            throw TrainingException.invalid(
                    "columns", columns.size(), "must be 1 to " + COLUMNS_MAX);
        }
        Map<String, Column> seen = new HashMap<>();
        for (Column column : columns) {
            if (seen.put(column.name(), column) != null) {
                throw TrainingException.invalid("column", column.name(), "is there twice");
            }
        }
    }

    public static TableSchema of(Column... columns) {
        return new TableSchema(List.of(columns), Map.of());
    }

    public TableSchema withNote(String key, String value) {
        Map<String, String> more = new TreeMap<>(notes);
        more.put(key, value);
        return new TableSchema(columns, more);
    }

    public int size() {
        return columns.size();
    }

    public Column column(int index) {
        return columns.get(index);
    }

    /// The place of a column that may be missing.
    public OptionalInt find(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /// The place of a column, or a refusal that names those there are.
    public int require(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                TrainingException.invalid(
                                        "column",
                                        name,
                                        "is not one of "
                                                + columns.stream().map(Column::name).toList()));
    }

    /// The place of a column of this kind, or a refusal.
    public int require(String name, Kind kind) {
        int index = require(name);
        if (column(index).kind() != kind) {
            throw TrainingException.invalid(
                    "column " + name, column(index).kind(), "must be of kind " + kind);
        }
        return index;
    }

    /// The schema of some of the columns, in the order given.
    public TableSchema only(List<String> names) {
        List<Column> kept = new ArrayList<>();
        names.forEach(name -> kept.add(column(require(name))));
        return new TableSchema(kept, notes);
    }

    /// Whether rows of the other schema fit: equal columns in equal order, whatever the notes.
    public boolean hasSameColumns(TableSchema other) {
        return columns.equals(other.columns);
    }
}
