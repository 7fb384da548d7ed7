package dev.mobula.training.loop;

import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.DenseFile;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.optimize.DenseOptimizer;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.table.LocalTables;
import java.io.IOException;
import java.lang.foreign.Arena;

/// A model read from a checkpoint into this process: to judge or export what was trained elsewhere.
public final class CheckpointedModel implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final ModelView view;
    private final LocalTables tables;

    private CheckpointedModel(Task task, LoopSettings settings, Checkpoint checkpoint)
            throws IOException {
        ProgramSpec spec = task.spec(Share.ALL);
        StepKernels kernels = StepKernels.ofThisMachine();
        DenseOptimizer optimizer =
                new DenseOptimizer(spec.parameters(), settings.dense(), kernels, arena);
        this.tables = new LocalTables(spec.tables(), settings.seed(), kernels);
        this.view =
                new ModelView(spec, optimizer.parameters(), tables, checkpoint.manifest().step());
        boolean isRead = false;
        try {
            DenseFile.read(checkpoint.folder(), optimizer);
            tables.load(checkpoint.folder(), checkpoint.manifest().shards());
            isRead = true;
        } finally {
            if (!isRead) {
                close();
            }
        }
    }

    /// Reads a whole checkpoint of such a run; to be closed.
    public static CheckpointedModel open(Task task, LoopSettings settings, Checkpoint checkpoint)
            throws IOException {
        return new CheckpointedModel(task, settings, checkpoint);
    }

    public ModelView view() {
        return view;
    }

    @Override
    public void close() {
        tables.close();
        arena.close();
    }
}
