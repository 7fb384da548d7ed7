package dev.mobula.training.program;

/// Numbers of a batch: features, labels, weights.
///
/// @param name of the column, which programs read it by
/// @param perRow numbers per row
public record Column(String name, int perRow) {}
