package dev.mobula.cluster.bench.feed;

/// What one load came to.
///
/// @param whole pages of full length with nothing degraded
/// @param shortened pages that say what they lack
/// @param refused requests that were answered with a clear no
/// @param failed requests that were answered with anything else
/// @param seconds from the first request to the last answer
record LoadFigures(
        long whole,
        long shortened,
        long refused,
        long failed,
        double seconds,
        double p50Millis,
        double p99Millis) {

    /// Of those that are whole.
    double pagesPerSecond() {
        return whole / seconds;
    }
}
