package dev.mobula.retrieval.store;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// RocksDB's native half: loaded once before any option object, and leaving no 17 MB file behind.
///
/// RocksDB itself unpacks its library into the temporary folder and counts on an orderly exit to remove it; a killed
/// process leaves it there. A mapped library needs no name, so it is unpacked and removed at once.
final class RocksLibrary {
    static {
        load();
    }

    private RocksLibrary() {}

    static void ensureLoaded() {
        RocksDB.loadLibrary();
    }

    private static void load() {
        try {
            Path folder = Files.createTempDirectory("rocksdb");
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack RocksDB's native library", e);
        }
    }

    /// The engine's own error as one of ours.
    static RetrievalException failed(String what, RocksDBException cause) {
        Status status = cause.getStatus();
        Code code = Code.IO;
        if (status != null) {
            if (status.getSubCode() == Status.SubCode.NoSpace) {
                code = Code.FULL;
            } else if (status.getCode() == Status.Code.Corruption) {
                code = Code.CORRUPT;
            } else if (String.valueOf(cause.getMessage()).contains("lock")) {
                code = Code.BUSY;
            }
        }
        return new RetrievalException(code, what + ": " + cause.getMessage(), cause);
    }
}
