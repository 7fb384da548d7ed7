package dev.mobula.retrieval.source;

import dev.mobula.retrieval.filters.Filter;

/// What is known when candidates are wanted: the person, what they had lately, whom they follow, words they typed.
///
/// What is not known is empty, and sources that need it then find nothing. The arrays are owned by the query.
///
/// @param embedding in the space that is searched
/// @param space which one that is; empty for that of the vectors which items are stored with
/// @param recentItems newest first
/// @param filter what vector searches may find; the other sources know no attributes
/// @param seed decides every random choice a source makes for this query
@SuppressWarnings("ArrayRecordComponent")
public record SourceQuery(
        long userId,
        float[] embedding,
        String space,
        long[] recentItems,
        long[] followed,
        String text,
        long nowMillis,
        long seed,
        Filter filter,
        Deadline deadline) {

    private static final float[] NO_EMBEDDING = {};
    private static final long[] NOTHING = {};

    /// A query of which only the person and the time are known.
    public static SourceQuery of(long userId, long nowMillis) {
        return new SourceQuery(
                userId,
                NO_EMBEDDING,
                "",
                NOTHING,
                NOTHING,
                "",
                nowMillis,
                0,
                Filter.EVERYTHING,
                Deadline.NEVER);
    }

    public SourceQuery withEmbedding(float[] vector) {
        return new SourceQuery(
                userId,
                vector,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                filter,
                deadline);
    }

    public SourceQuery inSpace(String name) {
        return new SourceQuery(
                userId,
                embedding,
                name,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                filter,
                deadline);
    }

    public SourceQuery withRecentItems(long... items) {
        return new SourceQuery(
                userId, embedding, space, items, followed, text, nowMillis, seed, filter, deadline);
    }

    public SourceQuery withFollowed(long... people) {
        return new SourceQuery(
                userId,
                embedding,
                space,
                recentItems,
                people,
                text,
                nowMillis,
                seed,
                filter,
                deadline);
    }

    public SourceQuery withText(String words) {
        return new SourceQuery(
                userId,
                embedding,
                space,
                recentItems,
                followed,
                words,
                nowMillis,
                seed,
                filter,
                deadline);
    }

    public SourceQuery withSeed(long newSeed) {
        return new SourceQuery(
                userId,
                embedding,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                newSeed,
                filter,
                deadline);
    }

    public SourceQuery withFilter(Filter newFilter) {
        return new SourceQuery(
                userId,
                embedding,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                newFilter,
                deadline);
    }

    public SourceQuery withDeadline(Deadline newDeadline) {
        return new SourceQuery(
                userId,
                embedding,
                space,
                recentItems,
                followed,
                text,
                nowMillis,
                seed,
                filter,
                newDeadline);
    }
}
