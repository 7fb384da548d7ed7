package dev.mobula.ranking.notify.ledger;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Rows in memory, for one thread.
public final class InMemoryRows implements Rows {
    private final Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);

    public InMemoryRows() {
        for (Table table : Table.values()) {
            tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /// Keeps what an outcome changes.
    public Outcome store(Outcome outcome) {
        for (RowWrite write : outcome.writes()) {
            byte[] value = write.value();
            if (value == null) {
                of(write.table()).remove(write.key());
            } else {
                of(write.table()).put(write.key(), value);
            }
        }
        return outcome;
    }

    /// The number of rows of a kind.
    public int count(Table table) {
        return of(table).size();
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        return of(table).get(key);
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
        for (Map.Entry<byte[], byte[]> row : of(table).subMap(from, true, to, false).entrySet()) {
            if (!visitor.visit(row.getKey(), row.getValue())) {
                return;
            }
        }
    }

    private NavigableMap<byte[], byte[]> of(Table table) {
        NavigableMap<byte[], byte[]> rows = tables.get(table);
        if (rows == null) {
            throw new IllegalStateException("table " + table);
        }
        return rows;
    }
}
