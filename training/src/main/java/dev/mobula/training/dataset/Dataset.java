package dev.mobula.training.dataset;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.data.ParquetWriting;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogView;
import dev.mobula.training.log.SegmentLog;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/// A table in a folder that does not change any more: finished Arrow segments under one fingerprint.
public final class Dataset {
    private static final int COPY_ROWS = 8_192;

    private final LogView view;
    private final String fingerprint;

    private Dataset(LogView view) {
        this.view = view;
        this.fingerprint = view.fingerprint();
    }

    /// Opens what was written, and refuses a folder that something is still written to.
    public static Dataset open(Path folder) {
        LogView view = LogView.open(folder);
        if (!view.files().stream().allMatch(LogView.File::sealed)) {
            throw new TrainingException(
                    Code.BUSY, folder + " is being written, or its writing was broken off");
        }
        return new Dataset(view);
    }

    public Path folder() {
        return view.folder();
    }

    public TableSchema schema() {
        return view.schema();
    }

    public long rows() {
        return view.rows();
    }

    public LogView view() {
        return view;
    }

    /// A digest of all rows: another one means other data.
    public String fingerprint() {
        return fingerprint;
    }

    /// Refuses to go on with data that is not what it was.
    public void requireUnchanged() {
        String now = open(folder()).fingerprint();
        if (!now.equals(fingerprint)) {
            throw new TrainingException(
                    Code.CORRUPT,
                    "%s changed since it was opened: its fingerprint was %s and is %s"
                            .formatted(folder(), fingerprint, now));
        }
    }

    /// Writes all rows of a source as a data set into an empty or new folder. The folder appears when it is whole.
    public static Dataset write(
            Path folder,
            TableReader source,
            LogOptions options,
            InstantSource clock,
            Progress progress) {
        Path half = beginFolder(folder);
        try {
            try (SegmentLog log = SegmentLog.open(half, source.schema(), options, clock)) {
                Rows batch = new Rows(source.schema());
                while (source.next(batch, COPY_ROWS)) {
                    log.append(batch);
                    progress.rows(log.endRow(), source.done().orElse(-1));
                }
                if (log.endRow() == 0) {
                    throw new TrainingException(Code.NOT_FOUND, "the source has no rows");
                }
                if (log.firstRow() > 0) {
                    throw new TrainingException(
                            Code.FULL,
                            folder + " would be larger than " + options.bytesMax() + " bytes");
                }
                log.closeFinished();
            }
            return finishFolder(half, folder);
        } catch (IOException e) {
            discard(half, e);
            throw new TrainingException(Code.IO, folder + " was not written: " + e, e);
        } catch (RuntimeException e) {
            discard(half, e);
            throw e;
        }
    }

    private static Path beginFolder(Path folder) {
        Path half = folder.resolveSibling(folder.getFileName() + DurableFile.HALF);
        try {
            if (Files.exists(folder)) {
                throw TrainingException.invalid("folder", folder, "is there already");
            }
            deleteFolder(half);
            Files.createDirectories(half);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, half + ": " + e, e);
        }
        return half;
    }

    private static Dataset finishFolder(Path half, Path folder) throws IOException {
        DurableFile.publish(half, folder);
        return open(folder);
    }

    private static void discard(Path half, Exception failure) {
        try {
            deleteFolder(half);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// Writes all rows of a source to one Parquet file; how many those were.
    public static long writeParquet(Path file, TableReader source, Progress progress) {
        long rows = 0;
        try (ParquetWriting out = ParquetWriting.create(file, source.schema())) {
            Rows batch = new Rows(source.schema());
            while (source.next(batch, COPY_ROWS)) {
                out.write(batch);
                rows += batch.size();
                progress.rows(rows, source.done().orElse(-1));
            }
            out.publish();
        }
        return rows;
    }
}
