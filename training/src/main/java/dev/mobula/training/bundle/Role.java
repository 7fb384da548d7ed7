package dev.mobula.training.bundle;

/// What a part of a bundle is for.
public enum Role {
    /// Makes vectors of users, items or sequences.
    ENCODER,
    /// Scores candidates: a folder with `model.json` and its weights.
    RANKER,
    /// Finds candidates: a snapshot of the index.
    ITEM_INDEX,
    /// The features that are encoded, logged and learned from.
    FEATURE_SCHEMA,
    /// Maps scores to probabilities.
    CALIBRATORS,
    /// What a candidate is worth on each surface.
    VALUE_MODEL,
    /// Finds what a text must not do: a folder with `safety.json` and its tables.
    SAFETY_MODEL
}
