package dev.mobula.training.loop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.checkpoint.CodeHash;
import dev.mobula.training.checkpoint.DenseFile;
import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.checkpoint.Manifest;
import dev.mobula.training.optimize.DenseOptimizer;
import dev.mobula.training.optimize.EarlyStop;
import dev.mobula.training.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The other workers may be a step ahead while the first one writes, but the tables are not: they apply a step when all
 * workers have pushed it, and the first pushes again only after it has written.
 */
/// Writes a run's state and reads it back.
final class Checkpointer {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final int FAILURES_MAX = 3;

    private final LoopSettings settings;
    private final Saving saving;
    private final Tables tables;
    private final DenseOptimizer optimizer;
    private final RunListener listener;
    private final Identity identity;
    private int failures;

    Checkpointer(
            LoopSettings settings,
            Saving saving,
            Tables tables,
            DenseOptimizer optimizer,
            RunListener listener,
            Identity identity) {
        this.settings = settings;
        this.saving = saving;
        this.tables = tables;
        this.optimizer = optimizer;
        this.listener = listener;
        this.identity = identity;
    }

    /// What a resumed run must have in common with the one it continues.
    record Identity(String kernel, String data, int workers) {}

    /// Reads the state to go on from into optimizer and tables.
    ///
    /// @param ownsTables whether this worker is the one that loads them
    Manifest resume(Checkpoint from, boolean ownsTables) {
        Manifest manifest = from.manifest();
        require("kernel", manifest.kernel(), identity.kernel());
        require("data", manifest.data(), identity.data());
        require("seed", Long.toString(manifest.seed()), Long.toString(settings.seed()));
        String code = CodeHash.ofThisProcess();
        if (!code.equals(manifest.code())) {
            LOG.warn(
                    "{} was written by code {}, this is {}: results may differ",
                    from.folder(),
                    manifest.code(),
                    code);
        }
        try {
            DenseFile.read(from.folder(), optimizer);
            if (ownsTables) {
                tables.load(from.folder(), manifest.shards());
            }
        } catch (IOException cause) {
            throw new TrainingException(
                    Code.IO, from.folder() + " does not read: " + cause.getMessage(), cause);
        }
        return manifest;
    }

    private static void require(String what, String saved, String now) {
        if (!saved.equals(now)) {
            throw new TrainingException(
                    Code.MISMATCH,
                    "the checkpoint's %s is '%s', this run's is '%s'".formatted(what, saved, now));
        }
    }

    /// Whether the state after this step is to be written.
    boolean isDue(int step) {
        return settings.checkpointSteps() > 0 && step % settings.checkpointSteps() == 0;
    }

    /// Writes the state, where this worker has a store. A failure costs the checkpoint, the third in a row the run.
    ///
    /// @param isLast whether the run ends here, so that a failure is the run's
    void write(int step, String cursor, EarlyStop.Progress progress, boolean isLast) {
        if (saving.store().isEmpty()) {
            return;
        }
        CheckpointStore store = saving.store().get();
        try {
            listener.onCheckpoint(write(store, step, cursor, progress));
            failures = 0;
        } catch (IOException failed) {
            failures++;
            String message = "checkpoint of step %d: %s".formatted(step, failed.getMessage());
            LOG.atWarn().setCause(failed).log(message);
            listener.onCheckpointFailed(step, message);
            if (isLast || failures == FAILURES_MAX) {
                throw new TrainingException(
                        Code.FULL,
                        "%s; the run stops, checkpoints failed in a row: %d"
                                .formatted(message, failures),
                        failed);
            }
        }
    }

    private Checkpoint write(
            CheckpointStore store, int step, String cursor, EarlyStop.Progress progress)
            throws IOException {
        Path half = store.begin(step);
        try {
            List<FileEntry> files = new ArrayList<>();
            files.add(DenseFile.write(half, optimizer));
            files.addAll(tables.save(half));
            Manifest manifest =
                    new Manifest(
                            Manifest.VERSION,
                            step,
                            settings.seed(),
                            identity.workers(),
                            tables.shards(),
                            identity.kernel(),
                            CodeHash.ofThisProcess(),
                            identity.data(),
                            cursor,
                            progress,
                            saving.notes(),
                            files);
            return store.commit(half, manifest);
        } catch (IOException failed) {
            store.discard(half);
            throw failed;
        }
    }
}
