package dev.mobula.training.loop;

import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.table.LocalTables;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// A whole run by one worker in this process, without checkpoints: for evaluations and small models.
public final class LocalRun {
    private LocalRun() {}

    /// Trains, and gives what `result` makes of the trained model.
    public static <T> T of(
            Task task,
            LoopSettings settings,
            RunListener listener,
            LongSupplier nanoClock,
            Function<ModelView, T> result) {
        try (LocalTables tables =
                        new LocalTables(
                                task.spec(Share.ALL).tables(),
                                settings.seed(),
                                StepKernels.ofThisMachine());
                TrainingLoop loop =
                        new TrainingLoop(
                                task,
                                settings,
                                tables,
                                Collective.alone(),
                                Saving.NONE,
                                listener,
                                nanoClock)) {
            loop.run();
            return result.apply(loop.view());
        }
    }
}
