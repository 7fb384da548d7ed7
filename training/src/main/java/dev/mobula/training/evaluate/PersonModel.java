package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;

/// A model that scores all items for a person who is known by number, by history, or by both.
public interface PersonModel {
    /// How many items there are.
    int items();

    /// Scores for one thread.
    Scorer scorer();

    /// One that looks at the history alone.
    static PersonModel of(HistoryModel model) {
        return new PersonModel() {
            @Override
            public int items() {
                return model.items();
            }

            @Override
            public Scorer scorer() {
                HistoryModel.Scorer scorer = model.scorer();
                return (person, history, scores) -> scorer.score(history, scores);
            }
        };
    }

    /// One thread's way to scores.
    @FunctionalInterface
    interface Scorer {
        void score(int person, int[] history, float[] scores);
    }
}
