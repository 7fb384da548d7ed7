package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.closed;
import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// What both stores share: an open database, its one writer, and its change stream.
///
/// A read holds a shared lock and closing an exclusive one, so no read ever meets a closed database, which would end
/// the process.
final class Engine implements AutoCloseable {
    /// Turns one record of the change stream into a change.
    @FunctionalInterface
    interface ChangeDecoder<C> {
        C decode(long position, byte[] record);
    }

    /// Looks at one row; false ends the scan.
    @FunctionalInterface
    interface RowVisitor {
        boolean visit(byte[] key, byte[] value);
    }

    private static final byte[] OLDEST = {'o', 'l', 'd', 'e', 's', 't'};

    private final RocksFiles files;
    private final RocksDB database;
    final String what;
    private final long changesRetained;
    private final Runnable confirm;
    private final Committer committer;
    private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
    private volatile boolean closed;
    private volatile long newest;
    private volatile long trimmed;
    private volatile long held = Long.MAX_VALUE;

    private Engine(RocksFiles files, StoreOptions options, Runnable confirm) {
        this.files = files;
        this.database = files.database();
        this.what = files.what();
        this.changesRetained = options.changesRetained();
        this.confirm = confirm;
        this.trimmed = readTrimmed();
        this.newest = readNewest(null);
        Transaction transaction = new Transaction(database, files.log(), newest);
        this.committer = new Committer(options, transaction, this::committed);
    }

    static Engine open(StoreOptions options, String what, List<RocksFiles.Family> families) {
        return open(options, what, families, () -> {});
    }

    /// Opens a store that runs `confirm` after every sync and before the writes in it are answered; when it throws, they
    /// are not, and no more are taken.
    static Engine open(
            StoreOptions options, String what, List<RocksFiles.Family> families, Runnable confirm) {
        RocksFiles files = RocksFiles.open(options, what, families);
        try {
            Engine engine = new Engine(files, options, confirm);
            engine.committer.start();
            return engine;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    ColumnFamilyHandle family(String name) {
        return files.family(name);
    }

    /// For use within [#reading] alone.
    RocksDB database() {
        return database;
    }

    ColumnFamilyHandle log() {
        return files.log();
    }

    /// Queues a write; the future holds its position once it is on disk.
    CompletableFuture<Long> submit(Committer.Write write, long bytes) {
        return reading(() -> committer.submit(write, bytes));
    }

    /// Waits for a queued write; its refusal is thrown as it was made.
    static long await(CompletableFuture<Long> write) {
        try {
            return write.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RetrievalException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
        lifetime.readLock().lock();
        try {
            checkOpen();
            return database.get(family, key);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("read from " + what, e);
        } finally {
            lifetime.readLock().unlock();
        }
    }

    /// Shows the values found under these keys, each with the index of its key.
    void getAll(ColumnFamilyHandle family, List<byte[]> keys, ObjIntConsumer<byte[]> found) {
        List<ColumnFamilyHandle> families = Collections.nCopies(keys.size(), family);
        lifetime.readLock().lock();
        try {
            checkOpen();
            List<byte[]> values =
                    keys.isEmpty() ? List.of() : database.multiGetAsList(families, keys);
            for (int i = 0; i < values.size(); i++) {
                byte[] value = values.get(i);
                if (value != null) {
                    found.accept(value, i);
                }
            }
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("read from " + what, e);
        } finally {
            lifetime.readLock().unlock();
        }
    }

    /// Visits the rows whose key starts with the prefix, as they stood at one moment, and returns the position of the
    /// change stream at that moment.
    long scan(ColumnFamilyHandle family, byte[] prefix, RowVisitor visitor) {
        return scan(family, prefix, prefix, visitor);
    }

    /// The same from a key on.
    long scan(ColumnFamilyHandle family, byte[] prefix, byte[] from, RowVisitor visitor) {
        return reading(
                () -> {
                    Snapshot snapshot = database.getSnapshot();
                    byte[] end = Keys.after(prefix);
                    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot);
                            @Nullable Slice bound = end == null ? null : new Slice(end)) {
                        if (bound != null) {
                            options.setIterateUpperBound(bound);
                        }
                        visitRows(family, from, options, visitor);
                        return readNewest(snapshot);
                    } finally {
                        database.releaseSnapshot(snapshot);
                    }
                });
    }

    /// Visits the rows whose key starts with the prefix, in order.
    void visit(ColumnFamilyHandle family, byte[] prefix, RowVisitor visitor) {
        byte[] end = Keys.after(prefix);
        lifetime.readLock().lock();
        try (ReadOptions options = new ReadOptions();
                @Nullable Slice bound = end == null ? null : new Slice(end)) {
            checkOpen();
            if (bound != null) {
                options.setIterateUpperBound(bound);
            }
            visitRows(family, prefix, options, visitor);
        } finally {
            lifetime.readLock().unlock();
        }
    }

    private void visitRows(
            ColumnFamilyHandle family, byte[] from, ReadOptions options, RowVisitor visitor) {
        try (RocksIterator rows = database.newIterator(family, options)) {
            boolean more = true;
            for (rows.seek(from); more && rows.isValid(); rows.next()) {
                checkOpen();
                more = visitor.visit(rows.key(), rows.value());
            }
            rows.status();
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("scan of " + what, e);
        }
    }

    /// The changes after this position, at most `max` of them.
    <C> Changes<C> changesSince(long position, int max, ChangeDecoder<C> decoder) {
        if (max < 1) {
            throw invalid("max", max, "must be at least 1");
        }
        return reading(
                () -> {
                    long last = newest;
                    if (position == last) {
                        return new Changes.Page<>(List.of(), last);
                    }
                    try (RocksIterator rows = database.newIterator(files.log())) {
                        long floor = trimmed;
                        if (position < floor || position > last) {
                            return new Changes.Rebuild<>(floor, last);
                        }
                        return page(rows, position, Math.min(last, position + max), decoder);
                    } catch (RocksDBException e) {
                        throw RocksLibrary.failed("read changes of " + what, e);
                    }
                });
    }

    private <C> Changes<C> page(RocksIterator rows, long after, long last, ChangeDecoder<C> decoder)
            throws RocksDBException {
        List<C> changes = new ArrayList<>((int) (last - after));
        rows.seek(Keys.of(after + 1));
        for (long expected = after + 1; expected <= last; expected++) {
            rows.status();
            if (!rows.isValid() || Keys.idAt(rows.key(), 0) != expected) {
                throw corrupt(what + ": change " + expected + " is missing");
            }
            changes.add(decoder.decode(expected, rows.value()));
            rows.next();
        }
        return new Changes.Page<>(changes, last);
    }

    long newestPosition() {
        return newest;
    }

    /// The position up to which changes are forgotten.
    long oldestPosition() {
        return trimmed;
    }

    /// Keeps the changes after this position, however many they are.
    void hold(long position) {
        held = position;
    }

    /// How many changes there are that nobody may forget.
    long changesHeld() {
        return Math.max(0, newest - held);
    }

    /// Runs on the committer's thread after every group.
    private void committed(long position) {
        try {
            confirm.run();
        } catch (RuntimeException e) {
            throw new RetrievalException(
                    Code.CLOSED, what + " is no longer ours: " + e.getMessage(), e);
        }
        newest = position;
        long slack = Math.max(64, changesRetained / 8);
        long upTo = Math.min(position - changesRetained, held);
        if (upTo - trimmed > slack) {
            trim(upTo);
        }
    }

    /// Forgets the changes up to here. Readers see the new floor before any row goes. The write is not synced: after a
    /// crash the rows are simply still there.
    private void trim(long upTo) {
        long from = trimmed;
        trimmed = upTo;
        try (WriteBatch batch = new WriteBatch();
                WriteOptions unsynced = new WriteOptions()) {
            batch.put(files.meta(), OLDEST, Keys.of(upTo));
            batch.deleteRange(files.log(), Keys.of(from), Keys.of(upTo + 1));
            database.write(unsynced, batch);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("trim the changes of " + what, e);
        }
    }

    private long readTrimmed() {
        try {
            byte[] stored = database.get(files.meta(), OLDEST);
            if (stored == null) {
                return 0;
            }
            if (stored.length != Long.BYTES) {
                throw corrupt(what + ": oldest position has " + stored.length + " bytes");
            }
            return Keys.idAt(stored, 0);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("open " + what, e);
        }
    }

    private long readNewest(@Nullable Snapshot snapshot) {
        try (ReadOptions options = new ReadOptions()) {
            if (snapshot != null) {
                options.setSnapshot(snapshot);
            }
            try (RocksIterator rows = database.newIterator(files.log(), options)) {
                rows.seekToLast();
                rows.status();
                return rows.isValid() ? Keys.idAt(rows.key(), 0) : trimmed;
            }
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("read the newest change of " + what, e);
        }
    }

    /// The engine's own estimate of the number of rows.
    long rowsEstimated(ColumnFamilyHandle family) {
        return reading(
                () -> {
                    try {
                        return database.getLongProperty(family, "rocksdb.estimate-num-keys");
                    } catch (RocksDBException e) {
                        throw RocksLibrary.failed("count " + what, e);
                    }
                });
    }

    /// Copies the database as it is now; files that never change are linked.
    void checkpoint(Path directory) {
        reading(
                () -> {
                    try (Checkpoint checkpoint = Checkpoint.create(database)) {
                        checkpoint.createCheckpoint(directory.toString());
                        return directory;
                    } catch (RocksDBException e) {
                        throw RocksLibrary.failed("copy " + what, e);
                    }
                });
    }

    <T> T reading(Supplier<T> body) {
        lifetime.readLock().lock();
        try {
            checkOpen();
            return body.get();
        } finally {
            lifetime.readLock().unlock();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw closed(what);
        }
    }

    /// Lets running reads end, commits what was accepted, closes. Called twice it does nothing the second time.
    @Override
    public void close() {
        boolean first;
        synchronized (this) {
            first = !closed;
            closed = true;
        }
        if (first) {
            lifetime.writeLock().lock();
            try {
                committer.close();
                files.close();
            } finally {
                lifetime.writeLock().unlock();
            }
        }
    }

    /// A counter's stored form: eight bytes, little-endian, as the merge operator adds them.
    static byte[] counter(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(Long.reverseBytes(value)).array();
    }

    static long counter(byte[] stored) {
        if (stored.length != Long.BYTES) {
            throw new RetrievalException(Code.CORRUPT, "counter of " + stored.length + " bytes");
        }
        return Long.reverseBytes(ByteBuffer.wrap(stored).getLong());
    }
}
