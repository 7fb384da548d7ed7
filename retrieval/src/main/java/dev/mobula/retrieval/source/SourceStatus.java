package dev.mobula.retrieval.source;

/// How a source answered.
public enum SourceStatus {
    /// It gave all it has, within its quota.
    COMPLETE,
    /// It stopped at its deadline and gave what it had.
    CUT_SHORT,
    /// It had not answered when its time was over.
    LATE,
    /// It failed.
    FAILED,
    /// It was not asked: too many queries of it were running.
    BUSY
}
