package dev.mobula.retrieval.campaign;

import java.util.List;

/// One text that an account posted, as campaigns are told of it.
///
/// @param accountAgeMillis how long the account had been there
/// @param quietMillis how long it had posted nothing before
/// @param canonicalText what the canonicaliser makes of it
/// @param links what it links to, normalised
public record Post(
        long id,
        long account,
        long atMillis,
        long accountAgeMillis,
        long quietMillis,
        String canonicalText,
        List<String> links) {
    public Post {
        links = List.copyOf(links);
    }
}
