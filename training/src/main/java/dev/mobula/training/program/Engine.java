package dev.mobula.training.program;

/// What computes the steps of a graph model.
public enum Engine {
    /// The faster of the others on this machine, measured at the start.
    FASTEST,
    /// Hand-derived gradients on vectors.
    VECTOR,
    /// libtorch with autograd.
    SCRIPT;

    /// The engine that a recorded kernel belongs to.
    public static Engine thatMade(String kernel) {
        return kernel.startsWith(VectorProgram.ENGINE + "/") ? VECTOR : SCRIPT;
    }
}
