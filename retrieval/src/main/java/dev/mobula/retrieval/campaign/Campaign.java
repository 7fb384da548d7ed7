package dev.mobula.retrieval.campaign;

import java.util.List;

/// A group of posts that say nearly the same, and why it is held to be one hand's work, or not.
///
/// @param id the first of its posts that is remembered
/// @param score 0..1; from [CampaignSettings#scoreMin] on it is suspicious
/// @param accounts the busiest first, at most 100 of `accountsCount`
/// @param posts the newest first, at most 100 of `postsCount`
/// @param texts a few, as examples
/// @param links the commonest first
/// @param reasons what the score is made of, in words
public record Campaign(
        long id,
        long sinceMillis,
        long lastMillis,
        double score,
        boolean isSuspicious,
        int postsCount,
        int accountsCount,
        List<Long> posts,
        List<Long> accounts,
        List<String> texts,
        List<String> links,
        List<String> reasons) {
    public Campaign {
        posts = List.copyOf(posts);
        accounts = List.copyOf(accounts);
        texts = List.copyOf(texts);
        links = List.copyOf(links);
        reasons = List.copyOf(reasons);
    }
}
