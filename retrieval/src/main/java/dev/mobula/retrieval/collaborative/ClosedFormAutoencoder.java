package dev.mobula.retrieval.collaborative;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.PositiveDefinite;
import java.util.Arrays;

/// The closed-form linear autoencoder (EASE): item-to-item weights that rebuild each person from their other items.
/*
 * Idea: minimise ‖X − XB‖² + λ‖B‖² with a zero diagonal, X the users × items matrix. With P = (XᵀX + λI)⁻¹ the answer
 * is B_ij = −P_ij / P_jj for i ≠ j [1]. A history's scores are the sum of its items' rows of B.
 *
 * Cost: one inversion, n³ multiply-adds, and 8 n² bytes twice while it runs; 4 n² bytes stay. Meant for the few
 * thousand items that matter; ITEMS_MAX keeps it from taking the machine.
 *
 * [1] Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019.
 */
public final class ClosedFormAutoencoder implements HistoryModel {
    /// The most items it takes: beyond, the dense matrices would need more than 3 GB.
    public static final int ITEMS_MAX = 14_000;

    private final int items;
    private final float[] weights;

    private ClosedFormAutoencoder(int items, float[] weights) {
        this.items = items;
        this.weights = weights;
    }

    /// Solves for the matrix with the given ridge λ.
    public static ClosedFormAutoencoder of(InteractionMatrix matrix, double ridge) {
        int n = matrix.items();
        if (n < 1 || n > ITEMS_MAX) {
            throw invalid("items", n, "must be 1.." + ITEMS_MAX);
        }
        if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
            throw invalid("ridge", ridge, "must be positive");
        }
        double[] inverse = gram(matrix);
        for (int i = 0; i < n; i++) {
            inverse[i * n + i] += ridge;
        }
        PositiveDefinite.invert(inverse, n);
        float[] weights = new float[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                weights[i * n + j] =
                        i == j ? 0 : (float) (-inverse[i * n + j] / inverse[j * n + j]);
            }
        }
        return new ClosedFormAutoencoder(n, weights);
    }

    private static double[] gram(InteractionMatrix matrix) {
        int n = matrix.items();
        double[] gram = new double[n * n];
        int[] offsets = matrix.userOffsets();
        int[] items = matrix.userItems();
        for (int u = 0; u < matrix.users(); u++) {
            for (int a = offsets[u]; a < offsets[u + 1]; a++) {
                int row = items[a] * n;
                for (int b = offsets[u]; b <= a; b++) {
                    gram[row + items[b]]++;
                }
            }
        }
        return gram;
    }

    @Override
    public int items() {
        return items;
    }

    /// How much having the first item speaks for the second.
    public float weight(int from, int to) {
        return weights[from * items + to];
    }

    @Override
    public Scorer scorer() {
        return (history, scores) -> {
            Arrays.fill(scores, 0, items, 0);
            for (int item : history) {
                int row = item * items;
                for (int j = 0; j < items; j++) {
                    scores[j] += weights[row + j];
                }
            }
        };
    }
}
