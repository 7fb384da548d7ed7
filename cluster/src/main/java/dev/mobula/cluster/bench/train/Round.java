package dev.mobula.cluster.bench.train;

/// Steps in a row.
///
/// @param p10 tenth percentile of their milliseconds
/// @param cpuMillis processor time of the whole process per step: on a machine of one's own it is the time itself, on a
///     shared one neighbours do not count
/// @param steps how many
record Round(double p10, double cpuMillis, int steps) {}
