package dev.mobula.ranking.features;

/// Whose property a feature is, which decides how often it is encoded.
public enum Side {
    /// Of the user or the request: the same for all candidates, so encoded and multiplied once.
    USER,
    /// Of the item: resident in [ItemColumns].
    ITEM,
    /// Of both: a cross of a user feature and an item feature, formed per candidate.
    PAIR
}
