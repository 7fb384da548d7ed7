package dev.mobula.retrieval.source;

/// Knows which items go together with an item, and how strongly.
interface Neighbourhood {
    /// Takes one neighbour.
    @FunctionalInterface
    interface Visitor {
        void visit(long neighbour, float weight);
    }

    /// Shows the item's neighbours, in any order; none for an item that is not known.
    void visit(long item, Visitor visitor);
}
