package dev.mobula.training.loop;

import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.table.LocalTables;
import dev.mobula.training.table.Tables;
import java.io.IOException;
import java.nio.file.Path;

/// A run of [Clicks] as a process of its own that can be killed: `folder steps checkpointSteps`.
///
/// It goes on from the newest checkpoint in the folder and prints every step.
final class RunProgram {
    private RunProgram() {}

    public static void main(String[] arguments) throws IOException {
        LoopSettings settings = settings(Integer.parseInt(arguments[1]));
        int every = Integer.parseInt(arguments[2]);
        RunListener printer =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        System.out.println("step " + report.step());
                    }
                };
        run(Path.of(arguments[0]), settings.savingEvery(every), printer);
    }

    static LoopSettings settings(int steps) {
        return LoopSettings.of(11, steps, DenseSettings.adam(0.01).clippedAt(1));
    }

    static Outcome run(Path folder, LoopSettings settings, RunListener listener)
            throws IOException {
        try (Tables tables = tables(settings.seed())) {
            return run(folder, settings, tables, listener);
        }
    }

    static Tables tables(long seed) {
        return new LocalTables(
                new Clicks(1).spec(Share.ALL).tables(), seed, StepKernels.ofThisMachine());
    }

    static Outcome run(Path folder, LoopSettings settings, Tables tables, RunListener listener)
            throws IOException {
        Clicks task = new Clicks(1 << 20);
        try (CheckpointStore store = CheckpointStore.open(folder, 2);
                TrainingLoop loop =
                        new TrainingLoop(
                                task,
                                settings,
                                tables,
                                Collective.alone(),
                                Saving.of(store, store.latest()),
                                listener,
                                System::nanoTime)) {
            return loop.run();
        }
    }
}
