package dev.mobula.retrieval.collaborative;

import java.util.Arrays;

/// The linear graph filter: closed form, no training, level with trained graph networks.
/*
 * Idea: with R the users × items matrix and R̃ = D_U^-½ R D_I^-½, the low-pass filter of the item graph is R̃ᵀR̃, and a
 * user's scores are r D_I^-½ R̃ᵀR̃ D_I^½ [1]. Multiplied out, the square roots cancel:
 *
 *     score(j) = Σ over users v who have j of (1 / deg v) · Σ over items i of the history that v has of (1 / deg i)
 *
 * which is the probability that a walk history → person → item ends at j. So it is computed as that walk, in two
 * sparse steps, and no item × item matrix is ever made.
 *
 * Cost: one addition for each pair (history item, its user), and one for each item of each user reached. A new
 * interaction changes the matrix and nothing else.
 *
 * [1] Shen et al., How Powerful is Graph Convolution for Recommendation?, CIKM 2021 (its linear part).
 */
public final class GraphFilter implements HistoryModel {
    private final InteractionMatrix matrix;
    private final float[] perItem;
    private final float[] perUser;

    private GraphFilter(InteractionMatrix matrix) {
        this.matrix = matrix;
        this.perItem = new float[matrix.items()];
        this.perUser = new float[matrix.users()];
        for (int i = 0; i < perItem.length; i++) {
            perItem[i] = 1f / Math.max(1, matrix.degreeOfItem(i));
        }
        for (int u = 0; u < perUser.length; u++) {
            perUser[u] = 1f / Math.max(1, matrix.degreeOfUser(u));
        }
    }

    public static GraphFilter of(InteractionMatrix matrix) {
        return new GraphFilter(matrix);
    }

    @Override
    public int items() {
        return matrix.items();
    }

    @Override
    public Scorer scorer() {
        return new Walk();
    }

    private final class Walk implements Scorer {
        private final float[] reached = new float[matrix.users()];
        private final int[] people = new int[matrix.users()];

        @Override
        public void score(int[] history, float[] scores) {
            Arrays.fill(scores, 0, matrix.items(), 0);
            int count = reach(history);
            int[] offsets = matrix.userOffsets();
            int[] items = matrix.userItems();
            for (int p = 0; p < count; p++) {
                int user = people[p];
                float weight = reached[user] * perUser[user];
                reached[user] = 0;
                for (int i = offsets[user]; i < offsets[user + 1]; i++) {
                    scores[items[i]] += weight;
                }
            }
        }

        private int reach(int[] history) {
            int[] offsets = matrix.itemOffsets();
            int[] users = matrix.itemUsers();
            int count = 0;
            for (int item : history) {
                float weight = perItem[item];
                for (int u = offsets[item]; u < offsets[item + 1]; u++) {
                    int user = users[u];
                    if (reached[user] == 0) {
                        people[count++] = user;
                    }
                    reached[user] += weight;
                }
            }
            return count;
        }
    }
}
