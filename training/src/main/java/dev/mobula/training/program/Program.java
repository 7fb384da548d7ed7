package dev.mobula.training.program;

import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.training.collective.Collective;
import java.lang.foreign.MemorySegment;

/// A model's forward and backward pass over one share of a batch. Used by one thread.
///
/// The same inputs give the same bits, in every process with the same kernel. A program keeps nothing between steps.
public interface Program extends AutoCloseable {
    ProgramSpec spec();

    /// What computes; a resumed run asks for the same one.
    KernelIdentity kernel();

    /// Computes the share's loss, and writes the gradients of its sum over what `gradients` held.
    ///
    /// @param peers the other shares of the batch, for losses that span them; all call in the same order
    StepLoss run(Input input, Gradients gradients, Collective peers);

    @Override
    void close();

    /// What a step reads.
    ///
    /// @param parameters the flat vector of [ProgramSpec#parameters]
    /// @param seed of the step's random choices, the same when the step is run again
    record Input(MemorySegment parameters, Batch batch, Gathered gathered, long seed) {}
}
