package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import dev.mobula.retrieval.source.Candidate;

/// A candidate with what is known of its item.
///
/// @param at its place among the candidates found
/// @param similarity to the user's taste
record Prospect(int at, Candidate found, Facts facts, float similarity) {
    long id() {
        return found.id();
    }
}
