package dev.mobula.actors.candidates;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.source.Deadline;
import dev.mobula.retrieval.source.SourceQuery;

/// For whom candidates are wanted, and what is known of them; what is not known is empty. The arrays are owned by the
/// query.
///
/// @param embedding in the space that is searched
/// @param space which one that is; empty for that of the vectors which items are stored with
/// @param recentItems newest first
/// @param seed decides every random choice
/// @param excluded ids that are not wanted, whoever finds them
/// @param filter what vector searches may find; whoever shows candidates checks it for all
/// @param share the share of every source's quota that is wanted, 0..1
@SuppressWarnings("ArrayRecordComponent")
public record CandidateQuery(
        long person,
        float[] embedding,
        String space,
        long[] recentItems,
        long[] followed,
        String text,
        long nowMillis,
        long seed,
        long[] excluded,
        Filter filter,
        double share) {
    private static final long[] NONE = {};

    public CandidateQuery {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share=" + share + " is outside 0..1");
        }
    }

    /// A query of which only the person and the time are known.
    public static CandidateQuery of(long person, long nowMillis) {
        return new CandidateQuery(
                person, new float[0], "", NONE, NONE, "", nowMillis, 0, NONE, Filter.EVERYTHING, 1);
    }

    public CandidateQuery withEmbedding(float[] vector) {
        return new CandidateQuery(
                person,
                vector,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                excluded,
                filter,
                share);
    }

    public CandidateQuery inSpace(String name) {
        return new CandidateQuery(
                person,
                embedding,
                name,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                excluded,
                filter,
                share);
    }

    public CandidateQuery withHistory(long[] recent, long[] follows) {
        return new CandidateQuery(
                person, embedding, space, recent, follows, text, nowMillis, seed, excluded, filter,
                share);
    }

    public CandidateQuery withText(String words) {
        return new CandidateQuery(
                person,
                embedding,
                space,
                recentItems,
                followed,
                words,
                nowMillis,
                seed,
                excluded,
                filter,
                share);
    }

    public CandidateQuery withSeed(long newSeed) {
        return new CandidateQuery(
                person,
                embedding,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                newSeed,
                excluded,
                filter,
                share);
    }

    public CandidateQuery without(long[] ids, Filter passing) {
        return new CandidateQuery(
                person,
                embedding,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                ids,
                passing,
                share);
    }

    /// The same asking every source for less.
    public CandidateQuery withShare(double lesser) {
        return new CandidateQuery(
                person,
                embedding,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                excluded,
                filter,
                lesser);
    }

    SourceQuery toSourceQuery(Deadline deadline) {
        return SourceQuery.of(person, nowMillis)
                .withEmbedding(embedding)
                .inSpace(space)
                .withRecentItems(recentItems)
                .withFollowed(followed)
                .withText(text)
                .withSeed(seed)
                .withFilter(filter)
                .withDeadline(deadline);
    }
}
