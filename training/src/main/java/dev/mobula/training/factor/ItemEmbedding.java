package dev.mobula.training.factor;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.kernels.Kernels;

/// A learned vector for every item, and a way from a history to the vector that items are searched with: the score of an
/// item is the dot product of both.
///
/// What an index serves. Whoever came after the learning has a vector as well.
public interface ItemEmbedding extends HistoryModel {
    /// How many numbers a vector has.
    int width();

    /// A copy of an item's vector.
    float[] item(int item);

    /// Makes people's vectors from their histories. For one thread.
    PersonEncoder encoder();

    @Override
    default Scorer scorer() {
        PersonEncoder encoder = encoder();
        Kernels kernels = Kernels.best();
        float[] person = new float[width()];
        float[][] vectors = new float[items()][];
        for (int item = 0; item < vectors.length; item++) {
            vectors[item] = item(item);
        }
        return (history, scores) -> {
            encoder.encode(history, person);
            for (int item = 0; item < vectors.length; item++) {
                scores[item] = kernels.dot(person, 0, vectors[item], 0, person.length);
            }
        };
    }
}
