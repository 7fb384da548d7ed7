package dev.mobula.training.loop;

import dev.mobula.training.program.Engine;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import java.util.Map;

/// A model to train: its program, its data, its evaluation. Made anew in every worker.
public interface Task {
    /// What the program reads and trains.
    ///
    /// @param share of the worker, whose `rowsMax` the specification follows
    ProgramSpec spec(Share share);

    /// The program of such a specification, to be closed by the caller.
    Program open(ProgramSpec spec);

    /// The program in the engine that a resumed run, or its first worker, already uses; for tasks that have a choice.
    default Program open(ProgramSpec spec, Engine engine) {
        return open(spec);
    }

    /// The batches of this worker, to be closed by the caller.
    BatchSource batches(Share share, long seed);

    /// Metrics of the model as it is, by name; called on the first worker between steps.
    default Map<String, Double> evaluate(ModelView model) {
        return Map.of();
    }
}
