package dev.mobula.training.factor;

/// Makes a person's vector from what they had, to search with.
@FunctionalInterface
public interface PersonEncoder {
    /// Writes the vector to the front of `person`.
    void encode(int[] history, float[] person);
}
