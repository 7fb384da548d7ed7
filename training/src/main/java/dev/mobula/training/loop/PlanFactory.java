package dev.mobula.training.loop;

import java.io.IOException;

/// Makes a run's plan from the bytes that describe it: a public class with a public constructor without parameters,
/// because only its name travels.
@FunctionalInterface
public interface PlanFactory {
    /// The same plan from the same bytes, in every process; data is opened with the batches, not here.
    Plan plan(byte[] description) throws IOException;
}
