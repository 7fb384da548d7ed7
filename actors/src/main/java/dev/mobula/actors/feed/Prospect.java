package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.retrieval.source.Candidate;

/// A candidate with what is known of its item.
///
/// @param at its place among the candidates found
/// @param taste what the user likes, empty when that is not known
@SuppressWarnings("ArrayRecordComponent")
record Prospect(int at, Candidate found, Facts facts, float[] taste) {
    long id() {
        return found.id();
    }

    /// How near the item is to the user's taste. Computed when it is asked for: reading five hundred embeddings costs more
    /// than all else that is done with the candidates beside scoring them.
    float similarity() {
        return Vectors.cosine(taste, facts.embedding());
    }
}
