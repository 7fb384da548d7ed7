package dev.mobula.ranking.notify.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one command reads and will have written: it sees its own writes, and nobody else does before they are stored.
final class Draft {
    private record Row(Table table, byte[] key) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Row(Table otherTable, byte[] otherKey)
                    && table == otherTable
                    && Arrays.equals(key, otherKey);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(key) + table.family().hashCode();
        }
    }

    private final Rows rows;
    private final Map<Row, byte @Nullable []> changed = new LinkedHashMap<>();

    Draft(Rows rows) {
        this.rows = rows;
    }

    byte @Nullable [] get(Table table, byte[] key) {
        Row row = new Row(table, key);
        return changed.containsKey(row) ? changed.get(row) : rows.get(table, key);
    }

    void put(Table table, byte[] key, byte[] value) {
        changed.put(new Row(table, key), value);
    }

    void delete(Table table, byte[] key) {
        changed.put(new Row(table, key), null);
    }

    Rows stored() {
        return rows;
    }

    List<RowWrite> writes() {
        List<RowWrite> writes = new ArrayList<>(changed.size());
        changed.forEach((row, value) -> writes.add(new RowWrite(row.table(), row.key(), value)));
        return writes;
    }
}
