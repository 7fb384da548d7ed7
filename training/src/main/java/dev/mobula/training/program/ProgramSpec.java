package dev.mobula.training.program;

import dev.mobula.training.TrainingException;
import dev.mobula.training.table.TableSpec;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// What a program reads and trains: parameters, tables, and the parts of a batch.
///
/// @param rowsMax most rows of one worker's share of a batch
public record ProgramSpec(
        ParameterLayout parameters,
        List<TableSpec> tables,
        List<Lookup> lookups,
        List<Column> columns,
        int rowsMax) {
    private static final int ROWS_MAX = 1 << 20;
    private static final int PER_ROW_MAX = 1 << 16;

    public ProgramSpec {
        tables = List.copyOf(tables);
        lookups = List.copyOf(lookups);
        columns = List.copyOf(columns);
        requireRange("rowsMax", rowsMax, ROWS_MAX);
        requireDistinct("table", tables, TableSpec::name);
        requireDistinct(
                "lookup or column",
                Stream.concat(lookups.stream(), columns.stream()).toList(),
                ProgramSpec::nameOf);
        for (Lookup lookup : lookups) {
            requireRange("perRow of '" + lookup.name() + "'", lookup.perRow(), PER_ROW_MAX);
            indexOf("table", tables, TableSpec::name, lookup.table());
        }
        for (Column column : columns) {
            requireRange("perRow of '" + column.name() + "'", column.perRow(), PER_ROW_MAX);
        }
    }

    /// Place of a table by its name.
    public int table(String name) {
        return indexOf("table", tables, TableSpec::name, name);
    }

    /// Place of a lookup by its name.
    public int lookup(String name) {
        return indexOf("lookup", lookups, Lookup::name, name);
    }

    /// Place of a column by its name.
    public int column(String name) {
        return indexOf("column", columns, Column::name, name);
    }

    /// Most unique rows one batch reads of a table, the row of missing keys included.
    public int uniqueMax(int table) {
        String name = tables.get(table).name();
        return 1
                + lookups.stream()
                        .filter(lookup -> lookup.table().equals(name))
                        .mapToInt(lookup -> Math.multiplyExact(rowsMax, lookup.perRow()))
                        .sum();
    }

    private static String nameOf(Object part) {
        return part instanceof Lookup lookup ? lookup.name() : ((Column) part).name();
    }

    private static <T> int indexOf(
            String kind, List<T> parts, Function<T, String> nameOf, String name) {
        for (int i = 0; i < parts.size(); i++) {
            if (nameOf.apply(parts.get(i)).equals(name)) {
                return i;
            }
        }
        throw TrainingException.invalid(
                kind, name, "there are " + parts.stream().map(nameOf).toList());
    }

    private static <T> void requireDistinct(
            String kind, List<T> parts, Function<T, String> nameOf) {
        if (parts.stream().map(nameOf).distinct().count() < parts.size()) {
            throw TrainingException.invalid(
                    kind, parts.stream().map(nameOf).toList(), "a name is there twice");
        }
    }

    private static void requireRange(String field, int value, int most) {
        if (value < 1 || value > most) {
            throw TrainingException.invalid(field, value, "must be 1.." + most);
        }
    }
}
