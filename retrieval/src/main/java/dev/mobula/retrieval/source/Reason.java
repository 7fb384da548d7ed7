package dev.mobula.retrieval.source;

/// Why a candidate was found; its subject is the item, author or person the reason speaks of.
public enum Reason {
    /// Near the person's own embedding; no subject.
    NEAR_PERSON,
    /// Near an item the person had lately; the subject is that item.
    NEAR_ITEM,
    /// New from someone the person follows; the subject is the author.
    FOLLOWED_AUTHOR,
    /// People who had one item also had the other; the subject is the person's item.
    HAD_TOGETHER,
    /// People with a like history had it; no subject.
    LIKE_HISTORY,
    /// Many had it lately; no subject.
    TRENDING,
    /// New, and not yet shown often enough to be judged; no subject.
    FRESH,
    /// Its text matches the words asked for; no subject.
    TEXT,
    /// Followed by people the person follows; no subject.
    FRIENDS_OF_FRIENDS
}
