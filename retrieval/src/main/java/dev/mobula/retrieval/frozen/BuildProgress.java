package dev.mobula.retrieval.frozen;

/// Told how far a long build is; called from its threads. An exception it throws ends the build.
@FunctionalInterface
public interface BuildProgress {
    BuildProgress SILENT = (stage, done, total) -> {};

    void advanced(String stage, long done, long total);
}
