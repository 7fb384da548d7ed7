package dev.mobula.actors.candidates;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.source.SourceQuery;

/// For whom candidates are wanted, and what is known of them; what is not known is empty. The arrays are owned by the
/// query.
///
/// @param recentItems newest first
/// @param seed decides every random choice
/// @param excluded ids that are not wanted, whoever finds them
/// @param filter what vector searches may find; whoever shows candidates checks it for all
@SuppressWarnings("ArrayRecordComponent")
public record CandidateQuery(
        long person,
        float[] embedding,
        long[] recentItems,
        long[] followed,
        String text,
        long nowMillis,
        long seed,
        long[] excluded,
        Filter filter) {
    private static final long[] NONE = {};

    /// A query of which only the person and the time are known.
    public static CandidateQuery of(long person, long nowMillis) {
        return new CandidateQuery(
                person, new float[0], NONE, NONE, "", nowMillis, 0, NONE, Filter.EVERYTHING);
    }

    public CandidateQuery withEmbedding(float[] vector) {
        return new CandidateQuery(
                person, vector, recentItems, followed, text, nowMillis, seed, excluded, filter);
    }

    public CandidateQuery withHistory(long[] recent, long[] follows) {
        return new CandidateQuery(
                person, embedding, recent, follows, text, nowMillis, seed, excluded, filter);
    }

    public CandidateQuery withText(String words) {
        return new CandidateQuery(
                person, embedding, recentItems, followed, words, nowMillis, seed, excluded, filter);
    }

    public CandidateQuery withSeed(long newSeed) {
        return new CandidateQuery(
                person,
                embedding,
                recentItems,
                followed,
                text,
                nowMillis,
                newSeed,
                excluded,
                filter);
    }

    public CandidateQuery without(long[] ids, Filter passing) {
        return new CandidateQuery(
                person, embedding, recentItems, followed, text, nowMillis, seed, ids, passing);
    }

    SourceQuery toSourceQuery() {
        return SourceQuery.of(person, nowMillis)
                .withEmbedding(embedding)
                .withRecentItems(recentItems)
                .withFollowed(followed)
                .withText(text)
                .withSeed(seed)
                .withFilter(filter);
    }
}
