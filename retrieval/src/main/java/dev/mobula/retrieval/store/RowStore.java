package dev.mobula.retrieval.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/// A store of plain rows in named families, written by commands that read what they depend on.
///
/// Commands run one after the other on the store's own thread, each sees the rows of those before it, and all that queued
/// up while the last sync ran share the next. What a command wrote is stored whole or not at all.
public final class RowStore implements AutoCloseable {
    private final Engine engine;

    private RowStore(Engine engine) {
        this.engine = engine;
    }

    /// Opens or creates a store that holds these families, and no others.
    ///
    /// @param confirm runs after every sync and before what it stored is answered; when it throws, nothing of it is, and
    ///     the store takes no more: it has another owner
    public static RowStore open(
            StoreOptions options, String what, List<String> families, Runnable confirm) {
        return open(options, what, families, List.of(), confirm);
    }

    /// The same with families of counters, which only [RowBatch#add] changes.
    public static RowStore open(
            StoreOptions options,
            String what,
            List<String> families,
            List<String> counters,
            Runnable confirm) {
        List<RocksFiles.Family> all = new ArrayList<>();
        families.forEach(name -> all.add(new RocksFiles.Family(name, false)));
        counters.forEach(name -> all.add(new RocksFiles.Family(name, true)));
        return new RowStore(Engine.open(options, what, all, confirm));
    }

    /// Reads and writes rows; throwing takes all of its writes back.
    @FunctionalInterface
    public interface RowCommand<T> {
        T run(RowBatch rows);
    }

    /// The rows as a command sees them.
    public final class RowBatch {
        private final Transaction transaction;

        private RowBatch(Transaction transaction) {
            this.transaction = transaction;
        }

        public byte @Nullable [] get(String family, byte[] key) {
            return transaction.get(family(family), key);
        }

        public void put(String family, byte[] key, byte[] value) {
            transaction.put(family(family), key, value);
        }

        /// Adds to a counter without reading it; one that is not there is 0.
        public void add(String family, byte[] key, long delta) {
            transaction.merge(family(family), key, Engine.counter(delta));
        }

        public void delete(String family, byte[] key) {
            transaction.delete(family(family), key);
        }

        /// Shows the rows from one key up to, without, another, in the unsigned order of keys.
        public void scan(String family, byte[] from, byte[] to, RowVisitor visitor) {
            transaction.scan(family(family), from, to, visitor);
        }
    }

    /// Looks at one row; false ends the scan.
    @FunctionalInterface
    public interface RowVisitor {
        boolean visit(byte[] key, byte[] value);
    }

    /// Queues a command; its result is there once all it wrote is on disk. Over the bounds of the queue this throws
    /// `FULL`.
    ///
    /// @param bytes about what the command will write
    public <T> CompletableFuture<T> submit(RowCommand<T> command, long bytes) {
        Holder<T> result = new Holder<>();
        return engine.submit(
                        transaction -> result.value = command.run(new RowBatch(transaction)), bytes)
                .thenApply(_ -> result.value());
    }

    private static final class Holder<T> {
        private @Nullable T value;

        private T value() {
            T held = value;
            if (held == null) {
                throw new IllegalStateException("the command gave no result");
            }
            return held;
        }
    }

    /// The value stored under a key, whatever is under way.
    public byte @Nullable [] get(String family, byte[] key) {
        return engine.get(family(family), key);
    }

    /// The number in a row of a family of counters.
    public static long counted(byte[] row) {
        return Engine.counter(row);
    }

    private ColumnFamilyHandle family(String name) {
        return engine.family(name);
    }

    /// Copies the store as it is into a new directory of the same file system, sharing the files that never change.
    public void copyTo(Path directory) {
        engine.checkpoint(directory);
    }

    @Override
    public void close() {
        engine.close();
    }
}
