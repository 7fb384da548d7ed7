package dev.mobula.retrieval.collaborative;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.Arrays;

/// Counts which items the same people had, and keeps for each item the nearest others.
///
/// Nearness is `Σ 1 / deg v over the users v who had both, / √(deg i · deg j)`: the cosine of the two items' users, but
/// each user has one vote to share among their items, so that those who had everything do not drown the rest.
public final class Covisitation {
    private final InteractionMatrix matrix;
    private final int neighboursMax;
    private final float[] together;
    private final int[] seen;
    private final int[] best;
    private final TopK top;

    private Covisitation(InteractionMatrix matrix, int neighboursMax) {
        this.matrix = matrix;
        this.neighboursMax = neighboursMax;
        this.together = new float[matrix.items()];
        this.seen = new int[matrix.items()];
        this.best = new int[neighboursMax];
        this.top = new TopK(neighboursMax);
    }

    /// The table of at most `neighboursMax` neighbours an item.
    public static ItemNeighbours of(InteractionMatrix matrix, int neighboursMax) {
        if (neighboursMax < 1) {
            throw invalid("neighboursMax", neighboursMax, "must be at least 1");
        }
        return new Covisitation(matrix, neighboursMax).build();
    }

    private ItemNeighbours build() {
        int[] offsets = new int[matrix.items() + 1];
        int[] neighbours = new int[Math.max(16, matrix.items())];
        float[] weights = new float[neighbours.length];
        int size = 0;
        for (int item = 0; item < matrix.items(); item++) {
            int found = nearest(item);
            if (size + found > neighbours.length) {
                int grown = Math.max(2 * neighbours.length, size + neighboursMax);
                neighbours = Arrays.copyOf(neighbours, grown);
                weights = Arrays.copyOf(weights, grown);
            }
            for (int i = 0; i < found; i++) {
                neighbours[size] = best[i];
                weights[size++] = top.score(i);
            }
            offsets[item + 1] = size;
        }
        return new ItemNeighbours(
                offsets, Arrays.copyOf(neighbours, size), Arrays.copyOf(weights, size));
    }

    private int nearest(int item) {
        int[] userOffsets = matrix.userOffsets();
        int[] userItems = matrix.userItems();
        int reached = 0;
        for (int u = matrix.itemOffsets()[item]; u < matrix.itemOffsets()[item + 1]; u++) {
            int user = matrix.itemUsers()[u];
            float vote = 1f / matrix.degreeOfUser(user);
            for (int i = userOffsets[user]; i < userOffsets[user + 1]; i++) {
                int other = userItems[i];
                if (together[other] == 0) {
                    seen[reached++] = other;
                }
                together[other] += vote;
            }
        }
        top.clear();
        double degree = matrix.degreeOfItem(item);
        for (int i = 0; i < reached; i++) {
            int other = seen[i];
            if (other != item) {
                double nearness = together[other] / Math.sqrt(degree * matrix.degreeOfItem(other));
                top.offer(other, (float) nearness);
            }
            together[other] = 0;
        }
        return top.drainTo(best);
    }
}
