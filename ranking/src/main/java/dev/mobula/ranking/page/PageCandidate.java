package dev.mobula.ranking.page;

/// A candidate as the page sees it.
///
/// @param author whose it is, [#NONE] for nobody's.
/// @param topic what it is about, [#NONE] for nothing.
/// @param source which retrieval source found it.
/// @param embedding for similarity; empty when the page does not diversify. Owned.
@SuppressWarnings("ArrayRecordComponent") // copied into columns at once
public record PageCandidate(
        long id, double value, long author, long topic, String source, float[] embedding) {
    public static final long NONE = 0;
}
