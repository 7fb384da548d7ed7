package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.retrieval.source.Candidate;

/// A candidate with what is known of its item.
///
/// @param at its place among the candidates found
/// @param similarity to the user's taste
/// @param weight what its labels leave of its value, 0..1
record Prospect(int at, Candidate found, Facts facts, float similarity, double weight) {
    Prospect(int at, Candidate found, Facts facts, float similarity) {
        this(at, found, facts, similarity, 1);
    }

    Prospect weighing(double share) {
        return share == weight ? this : new Prospect(at, found, facts, similarity, share);
    }

    /// A value with this candidate's weight: less, whichever its sign.
    double weighed(double value) {
        return value < 0 ? value * (2 - weight) : value * weight;
    }

    long id() {
        return found.id();
    }
}
