package dev.mobula.retrieval.collaborative;

/// A model that scores every item for a person of whom only some items are known.
///
/// The model itself is immutable and shared; a [Scorer] holds the scratch memory of one thread.
public interface HistoryModel {
    /// How many items there are; item numbers are below it.
    int items();

    /// A scorer for one thread.
    Scorer scorer();

    /// Scores all items for one history after the other, reusing its memory.
    interface Scorer {
        /// Fills `scores[0..items]`; higher is better, 0 or less says nothing. The history's own items get scores too.
        void score(int[] history, float[] scores);
    }
}
