package dev.mobula.retrieval.source;

/// What became of one source in one retrieval: `found = kept + duplicates + excluded`.
///
/// @param reason why it is not complete, empty when it is
/// @param duplicates found by an earlier source too, or by this one twice
/// @param excluded refused by the caller
public record SourceReport(
        String source,
        SourceStatus status,
        String reason,
        int found,
        int kept,
        int duplicates,
        int excluded,
        long micros) {}
