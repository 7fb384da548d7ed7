package dev.mobula.actors.candidates;

/// The sources there are.
public enum SourceKind {
    /// Near the person's embedding.
    ANN,
    /// Near each item the person had lately.
    ANN_ITEMS,
    /// New from those the person follows.
    FOLLOWED,
    /// Had together with what the person had lately, counted live.
    COVISITATION,
    /// The linear graph filter over everyone's lately had items.
    GRAPH,
    /// What many had lately.
    TRENDING,
    /// New items that were not yet shown often, drawn at random.
    FRESH,
    /// Items whose text has the words asked for.
    TEXT,
    /// Words and embedding together, fused by rank.
    HYBRID,
    /// People to follow; found alone, never among items.
    PEOPLE;

    /// The name that candidates and reports carry.
    public String sourceName() {
        return switch (this) {
            case ANN -> "ann";
            case ANN_ITEMS -> "ann-items";
            case FOLLOWED -> "followed";
            case COVISITATION -> "covisitation";
            case GRAPH -> "graph";
            case TRENDING -> "trending";
            case FRESH -> "fresh";
            case TEXT -> "text";
            case HYBRID -> "hybrid";
            case PEOPLE -> "people";
        };
    }
}
