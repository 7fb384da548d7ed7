package dev.mobula.retrieval.collaborative;

/// The model that knows nobody: an item's score is the number of people who had it.
public final class Popularity implements HistoryModel {
    private final float[] counts;

    private Popularity(float[] counts) {
        this.counts = counts;
    }

    public static Popularity of(InteractionMatrix matrix) {
        float[] counts = new float[matrix.items()];
        for (int item = 0; item < counts.length; item++) {
            counts[item] = matrix.degreeOfItem(item);
        }
        return new Popularity(counts);
    }

    @Override
    public int items() {
        return counts.length;
    }

    @Override
    public Scorer scorer() {
        return (history, scores) -> System.arraycopy(counts, 0, scores, 0, counts.length);
    }
}
