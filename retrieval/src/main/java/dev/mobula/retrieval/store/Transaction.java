package dev.mobula.retrieval.store;

import dev.mobula.retrieval.RetrievalException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteOptions;

/// The writes that will share one sync: reads see the writes before them, each change takes the next position.
///
/// Owned by the committer's thread.
final class Transaction implements AutoCloseable {
    private final RocksDB database;
    private final ColumnFamilyHandle log;
    private final WriteBatchWithIndex batch = new WriteBatchWithIndex(true);
    private final ReadOptions reads = new ReadOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private long position;
    private long savedPosition;

    Transaction(RocksDB database, ColumnFamilyHandle log, long position) {
        this.database = database;
        this.log = log;
        this.position = position;
    }

    byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
        try {
            return batch.getFromBatchAndDB(database, family, reads, key);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("read", e);
        }
    }

    void put(ColumnFamilyHandle family, byte[] key, byte[] value) {
        try {
            batch.put(family, key, value);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("put", e);
        }
    }

    void delete(ColumnFamilyHandle family, byte[] key) {
        try {
            batch.delete(family, key);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("delete", e);
        }
    }

    void merge(ColumnFamilyHandle family, byte[] key, byte[] operand) {
        try {
            batch.merge(family, key, operand);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("merge", e);
        }
    }

    /// Deletes every row whose key starts with the prefix, those written by this transaction included.
    void deleteAll(ColumnFamilyHandle family, byte[] prefix) {
        List<byte[]> keys = new ArrayList<>();
        scan(family, prefix, keys::add);
        keys.forEach(key -> delete(family, key));
    }

    /// Shows the rows from one key up to, without, another, those written by this transaction included.
    void scan(ColumnFamilyHandle family, byte[] from, byte[] to, RowStore.RowVisitor visitor) {
        try (RocksIterator stored = database.newIterator(family, reads);
                RocksIterator rows = batch.newIteratorWithBase(family, stored)) {
            boolean more = true;
            for (rows.seek(from); more && rows.isValid(); rows.next()) {
                more =
                        Arrays.compareUnsigned(rows.key(), to) < 0
                                && visitor.visit(rows.key(), rows.value());
            }
            rows.status();
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("scan", e);
        }
    }

    /// Shows the keys that start with the prefix, in their order, those written by this transaction included.
    void scan(ColumnFamilyHandle family, byte[] prefix, Consumer<byte[]> visitor) {
        try (RocksIterator stored = database.newIterator(family, reads);
                RocksIterator rows = batch.newIteratorWithBase(family, stored)) {
            for (rows.seek(prefix); rows.isValid() && startsWith(rows.key(), prefix); rows.next()) {
                visitor.accept(rows.key());
            }
            rows.status();
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("scan", e);
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /// Appends to the change stream and returns the position the change got.
    long append(byte[] change) {
        position++;
        put(log, Keys.of(position), change);
        return position;
    }

    long position() {
        return position;
    }

    /// Opens a scope that [#undo] rolls back and [#keep] closes.
    void begin() {
        savedPosition = position;
        batch.setSavePoint();
    }

    void keep() {
        try {
            batch.popSavePoint();
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("close a save point", e);
        }
    }

    void undo() {
        try {
            batch.rollbackToSavePoint();
            position = savedPosition;
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("roll back", e);
        }
    }

    /// Writes everything durably and starts afresh; nothing is in the store when it throws, or all of it.
    ///
    /// Without a write there is nothing to wait for.
    void commit() throws RetrievalException {
        try {
            if (batch.count() > 0) {
                database.write(synced, batch);
                batch.clear();
            }
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("write up to position " + position, e);
        }
    }

    @Override
    public void close() {
        batch.close();
        reads.close();
        synced.close();
    }
}
