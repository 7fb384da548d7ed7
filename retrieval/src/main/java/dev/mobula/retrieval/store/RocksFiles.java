package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.UInt64AddOperator;
import org.rocksdb.WALRecoveryMode;

/// An open database and the native objects that live as long as it does.
///
/// A torn last record of the write-ahead log is a write that was never acknowledged and is dropped; damage anywhere
/// before it refuses to open, where RocksDB's default would silently drop every write after the damage.
final class RocksFiles implements AutoCloseable {
    /// A column family of a store: its name, and whether its values are counters that merge by addition.
    record Family(String name, boolean counters) {}

    private static final String LOG = "changes";

    /// Of a write buffer: about 16 bits a row, so that asking for a row that is not there rarely walks the buffer.
    private static final double MEMTABLE_BLOOM = 0.02;

    private static final byte[] FORMAT = "format".getBytes(StandardCharsets.US_ASCII);

    private final String what;
    private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();
    private final Map<String, ColumnFamilyHandle> families = new HashMap<>();
    private final RocksDB database;

    private RocksFiles(StoreOptions options, String what, List<Family> stored)
            throws RocksDBException {
        this.what = what + " in " + options.directory();
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        LRUCache cache = own(new LRUCache(options.blockCacheBytes()));
        descriptors.add(
                new ColumnFamilyDescriptor(
                        RocksDB.DEFAULT_COLUMN_FAMILY, columns(new Family("meta", false), cache)));
        for (Family family : withLog(stored)) {
            descriptors.add(
                    new ColumnFamilyDescriptor(name(family.name()), columns(family, cache)));
        }
        this.database = open(options, descriptors, handles);
        handles.forEach(handle -> families.put(nameOf(handle), handle));
        checkFormat(what);
    }

    static RocksFiles open(StoreOptions options, String what, List<Family> families) {
        RocksLibrary.ensureLoaded();
        checkFamilies(options, what, families);
        try {
            Files.createDirectories(options.directory());
            return new RocksFiles(options, what, families);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("open " + what + " in " + options.directory(), e);
        } catch (IOException e) {
            throw new RetrievalException(
                    Code.IO, "create " + options.directory() + ": " + e.getMessage(), e);
        }
    }

    private RocksDB open(
            StoreOptions options,
            List<ColumnFamilyDescriptor> descriptors,
            List<ColumnFamilyHandle> handles)
            throws RocksDBException {
        try {
            return RocksDB.open(
                    databaseOptions(), options.directory().toString(), descriptors, handles);
        } catch (RocksDBException e) {
            closeOwned();
            throw e;
        }
    }

    /// Refuses a directory that holds another kind of store before anything in it is touched.
    private static void checkFamilies(StoreOptions options, String what, List<Family> stored) {
        if (!Files.exists(options.directory().resolve("CURRENT"))) {
            return;
        }
        Set<String> expected = new TreeSet<>(Set.of("default"));
        withLog(stored).forEach(family -> expected.add(family.name()));
        Set<String> found = new TreeSet<>();
        try (Options plain = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(plain, options.directory().toString())) {
                found.add(new String(name, StandardCharsets.UTF_8));
            }
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("open " + what + " in " + options.directory(), e);
        }
        if (!expected.containsAll(found)) {
            throw invalid(
                    "directory",
                    options.directory(),
                    "holds " + found + ", not a store of " + what);
        }
    }

    private static List<Family> withLog(List<Family> families) {
        List<Family> all = new ArrayList<>(families);
        all.add(new Family(LOG, false));
        return all;
    }

    private DBOptions databaseOptions() {
        return own(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setParanoidChecks(true)
                .setMaxTotalWalSize(256L << 20)
                .setMaxOpenFiles(512)
                .setMaxBackgroundJobs(2)
                // Tables go to disk as they are written: a sync of the log does not wait for a
                // whole one.
                .setBytesPerSync(1 << 20)
                .setStatsDumpPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(4L << 20)
                .setKeepLogFileNum(2);
    }

    private ColumnFamilyOptions columns(Family family, LRUCache cache) {
        ColumnFamilyOptions columns =
                own(new ColumnFamilyOptions())
                        .setCompressionType(CompressionType.ZSTD_COMPRESSION)
                        .setWriteBufferSize(32L << 20)
                        .setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM)
                        .setMemtableWholeKeyFiltering(true)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(cache)
                                        .setBlockSize(16L << 10)
                                        .setFilterPolicy(own(new BloomFilter(10))));
        if (family.counters()) {
            columns.setMergeOperator(own(new UInt64AddOperator()));
        }
        return columns;
    }

    private void checkFormat(String kind) throws RocksDBException {
        byte[] expected = (kind + " 1").getBytes(StandardCharsets.UTF_8);
        byte[] found = database.get(meta(), FORMAT);
        if (found == null) {
            database.put(meta(), FORMAT, expected);
        } else if (!Arrays.equals(found, expected)) {
            close();
            throw corrupt(
                    what
                            + ": format \""
                            + new String(found, StandardCharsets.UTF_8)
                            + "\", this program reads \""
                            + kind
                            + " 1\"");
        }
    }

    String what() {
        return what;
    }

    RocksDB database() {
        return database;
    }

    ColumnFamilyHandle meta() {
        return family("default");
    }

    ColumnFamilyHandle log() {
        return family(LOG);
    }

    ColumnFamilyHandle family(String name) {
        ColumnFamilyHandle handle = families.get(name);
        if (handle == null) {
            throw new IllegalArgumentException("family=" + name);
        }
        return handle;
    }

    private <T extends AbstractNativeReference> T own(T reference) {
        owned.push(reference);
        return reference;
    }

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private static String nameOf(ColumnFamilyHandle handle) {
        try {
            return new String(handle.getName(), StandardCharsets.UTF_8);
        } catch (RocksDBException e) {
            throw RocksLibrary.failed("name a column family", e);
        }
    }

    /// Column families go before the database, options after it.
    @Override
    public void close() {
        families.values().forEach(ColumnFamilyHandle::close);
        database.close();
        closeOwned();
    }

    private void closeOwned() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }
}
