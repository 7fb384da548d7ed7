package dev.mobula.retrieval.collaborative;

/// People who have many friends make many more: a pair's score is the product of their degrees.
///
/// For one person it ranks as [Popularity] does; across people it compares pairs.
public final class DegreeProduct implements HistoryModel {
    private final float[] degrees;

    private DegreeProduct(float[] degrees) {
        this.degrees = degrees;
    }

    public static DegreeProduct of(InteractionMatrix matrix) {
        float[] degrees = new float[matrix.items()];
        for (int item = 0; item < degrees.length; item++) {
            degrees[item] = matrix.degreeOfItem(item);
        }
        return new DegreeProduct(degrees);
    }

    @Override
    public int items() {
        return degrees.length;
    }

    @Override
    public Scorer scorer() {
        return (history, scores) -> {
            for (int item = 0; item < degrees.length; item++) {
                scores[item] = history.length * degrees[item];
            }
        };
    }
}
