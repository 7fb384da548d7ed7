package dev.mobula.retrieval.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/// Rows of one family whose keys begin with when they will be of no use any more: they go from the front, all at once.
record OldRows(Engine engine, ColumnFamilyHandle family) {
    private static final byte[] FIRST = {};

    /// The different first bytes of all keys, so many of them, in order.
    List<byte[]> prefixes(int length) {
        List<byte[]> found = new ArrayList<>();
        byte @Nullable [] from = FIRST;
        while (from != null) {
            int before = found.size();
            engine.scan(
                    family,
                    FIRST,
                    from,
                    (key, value) -> {
                        found.add(Arrays.copyOf(key, length));
                        return false;
                    });
            from = found.size() == before ? null : Keys.after(found.getLast());
        }
        return found;
    }

    /// Whether there are rows before a key.
    boolean isAnyBefore(byte[] end) {
        boolean[] found = {false};
        engine.visit(
                family,
                FIRST,
                (key, value) -> {
                    found[0] = Arrays.compareUnsigned(key, end) < 0;
                    return false;
                });
        return found[0];
    }

    /// Removes all rows before a key, not durably: after a crash they may be there again.
    void dropBefore(byte[] end) {
        if (isAnyBefore(end)) {
            engine.reading(() -> dropped(end));
        }
    }

    private byte[] dropped(byte[] end) {
        try (WriteOptions unsynced = new WriteOptions()) {
            engine.database().deleteRange(family, unsynced, FIRST, end);
            engine.database().deleteFilesInRanges(family, List.of(FIRST, end), false);
            return end;
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("drop old rows of " + engine.what, e);
        }
    }

    /// Gives the disk back what rows before a key took.
    void compactBefore(byte[] end) {
        engine.reading(
                () -> {
                    try {
                        engine.database().compactRange(family, FIRST, end);
                        return end;
                    } catch (RocksDBException e) {
                        throw RocksLibrary.failed("compact " + engine.what, e);
                    }
                });
    }

    /// About how many bytes the family takes.
    long bytes() {
        return engine.reading(
                () -> {
                    try {
                        return engine.database()
                                        .getLongProperty(family, "rocksdb.total-sst-files-size")
                                + engine.database()
                                        .getLongProperty(family, "rocksdb.size-all-mem-tables");
                    } catch (RocksDBException e) {
                        throw RocksLibrary.failed("measure " + engine.what, e);
                    }
                });
    }
}
