package dev.mobula.training.columns;

import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.List;

/// A batch of rows, column by column, filled again and again.
///
/// ```java
/// rows.wholes(user).add(7);
/// rows.texts(kind).add("click");
/// rows.endRow();                  // every column has one more value now
/// ```
public final class Rows {
    private final TableSchema schema;
    private final List<Values> columns = new ArrayList<>();
    private int size;

    public Rows(TableSchema schema) {
        this.schema = schema;
        schema.columns().forEach(column -> columns.add(Values.of(column.kind())));
    }

    public TableSchema schema() {
        return schema;
    }

    public int size() {
        return size;
    }

    public Values values(int column) {
        return columns.get(column);
    }

    /// Values of a `WHOLE`, `FLAG` or `INSTANT` column.
    public Values.Wholes wholes(int column) {
        return (Values.Wholes) columns.get(column);
    }

    /// Values of a `NUMBER` column.
    public Values.Numbers numbers(int column) {
        return (Values.Numbers) columns.get(column);
    }

    /// Values of a `REAL` column.
    public Values.Reals reals(int column) {
        return (Values.Reals) columns.get(column);
    }

    /// Values of a `TEXT` or `BYTES` column.
    public Values.Texts texts(int column) {
        return (Values.Texts) columns.get(column);
    }

    /// Values of a column of lists.
    public Values.Lists lists(int column) {
        return (Values.Lists) columns.get(column);
    }

    /// Ends a row, or refuses when a column was left out or given twice.
    public void endRow() {
        endRows(1);
    }

    /// Ends as many rows as were appended to every column.
    public void endRows(int count) {
        int wanted = size + count;
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).size() != wanted) {
                throw TrainingException.invalid(
                        "values of column " + schema.column(i).name(),
                        columns.get(i).size(),
                        "must be " + wanted + " at the end of row " + (wanted - 1));
            }
        }
        size = wanted;
    }

    /// Appends a row of a batch whose schema has the same columns.
    public void addFrom(Rows other, int row) {
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).addFrom(other.columns.get(i), row);
        }
        size++;
    }

    /// Forgets the values of a row that was not ended.
    public void dropUnended() {
        columns.forEach(values -> values.truncate(size));
    }

    public void clear() {
        size = 0;
        dropUnended();
    }
}
