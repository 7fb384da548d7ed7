package dev.mobula.training.run;

import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Where the workers of a run are: on threads of this process, or services of a cluster.
public interface Crew {
    /// What they are to do.
    ///
    /// @param checkpoints the folder that the first worker writes to, which nobody else holds
    /// @param from what to go on from
    record Job(RunDescription description, Path checkpoints, Optional<Checkpoint> from) {}

    /// Trains until the run ends, and has the model concluded before it is gone.
    RunRecord train(Job job, Listener listener, Conclusion conclusion) throws IOException;

    /// Asks the workers to stop after the step they are at; from any thread.
    void stop();

    /// What is done with the trained model.
    @FunctionalInterface
    interface Conclusion {
        RunRecord of(ModelView model, Outcome outcome);
    }

    /// Is told what the first worker does.
    interface Listener extends RunListener {
        /// A worker was lost; later steps than this one come again.
        default void onLost(String message, int fromStep) {}
    }
}
