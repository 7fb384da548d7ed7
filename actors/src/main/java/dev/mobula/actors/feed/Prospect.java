package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.retrieval.source.Candidate;

/// A candidate with what is known of its item.
///
/// @param at its place among the candidates found
/// @param taste what the user likes, empty when that is not known
/// @param weight what its labels leave of its value, 0..1
@SuppressWarnings("ArrayRecordComponent")
record Prospect(int at, Candidate found, Facts facts, float[] taste, double weight) {
    Prospect(int at, Candidate found, Facts facts, float[] taste) {
        this(at, found, facts, taste, 1);
    }

    Prospect weighing(double share) {
        return share == weight ? this : new Prospect(at, found, facts, taste, share);
    }

    /// A value with this candidate's weight: less, whichever its sign.
    double weighed(double value) {
        return value < 0 ? value * (2 - weight) : value * weight;
    }

    long id() {
        return found.id();
    }

    /// How near the item is to the user's taste. Computed when it is asked for: reading five hundred embeddings costs more
    /// than all else that is done with the candidates beside scoring them.
    float similarity() {
        return Vectors.cosine(taste, facts.embedding());
    }
}
