package dev.mobula.training.factor;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.TrainingException;
import java.util.Arrays;

/// The leading frequencies of the graph of people and items as an embedding: no step of gradients, a minute to solve.
/*
 * Idea: the graph filter scores items by a walk history → person → item, which is a product with R̃ᵀR̃ [1]. Its leading
 * eigenvectors V, those of the slowest changes along the graph, hold what people share, the rest what only one did. With
 * σ the singular values of those that are kept, a history's scores are
 *
 *     Σ over items i of the history of (V σ^p D^-½)_i · (V D^b)_j
 *
 * a dot product of a sum over the history with the vector of item j: an embedding, where the filter itself has no width.
 * With all frequencies, p = 2 and b = ½ it is the filter. Fewer, of hundreds, do best when they count alike, p = 0.
 * Degrees are damped before they divide, R̃ = (D_U + α)^-½ R (D_I + β)^-½, D = D_I + β: the frequencies of those who have
 * two items of two people each would otherwise come before any that many share [2]. A power b below ½ takes from what is
 * popular.
 *
 * Cost: the one of TruncatedSvd. Memory: three dense matrices of items × width.
 *
 * [1] Shen et al., How Powerful is Graph Convolution for Recommendation?, CIKM 2021.
 * [2] Peng et al., SVD-GCN: A Simplified Graph Convolution Paradigm for Recommendation, CIKM 2022.
 */
public final class SpectralEmbedding implements ItemEmbedding {
    private static final int PASSES = 3;
    private static final double HISTORY_POWER = -0.5;

    private final int width;
    private final float[] ofHistory;
    private final float[] ofItems;

    /// How wide, and how much is taken from what is rare and from what is popular.
    ///
    /// @param width how many frequencies are kept, a multiple of 16
    /// @param userDamping added to people's degrees, in mean degrees
    /// @param itemDamping added to items' degrees, in mean degrees
    /// @param lowPass the power of a frequency's singular value in its weight: 2 is the filter's
    /// @param popularity the power of an item's degree in its vector: ½ is the filter's
    public record Options(
            int width, double userDamping, double itemDamping, double lowPass, double popularity) {
        public Options {
            require("width", width, width >= 16 && width <= 512 && width % 16 == 0);
            require("userDamping", userDamping, userDamping >= 0 && userDamping <= 1e3);
            require("itemDamping", itemDamping, itemDamping >= 0 && itemDamping <= 1e3);
            require("lowPass", lowPass, lowPass >= -2 && lowPass <= 8);
            require("popularity", popularity, popularity >= 0 && popularity <= 1);
        }

        /// What was best on validation.
        public static Options usual() {
            return new Options(256, 0.2, 1, 0, 0.3);
        }

        public Options withWidth(int columns) {
            return new Options(columns, userDamping, itemDamping, lowPass, popularity);
        }

        private static void require(String field, Object value, boolean holds) {
            if (!holds) {
                throw TrainingException.invalid(field, value, "is outside its limits");
            }
        }
    }

    private SpectralEmbedding(int width, float[] ofHistory, float[] ofItems) {
        this.width = width;
        this.ofHistory = ofHistory;
        this.ofItems = ofItems;
    }

    /// Solves. The width must be at most the number of items.
    public static SpectralEmbedding fit(InteractionMatrix pairs, Options options, long seed) {
        double ofUsers = options.userDamping() * pairs.size() / Math.max(1, pairs.users());
        double ofItems = options.itemDamping() * pairs.size() / Math.max(1, pairs.items());
        SparseMatrix graph = SparseMatrix.normalised(pairs, ofUsers, ofItems);
        int width = options.width();
        TruncatedSvd svd = TruncatedSvd.of(graph, width, PASSES, seed);
        float[] vectors = svd.right();
        float[] ofHistory = weighed(svd, options.lowPass());
        for (int item = 0; item < pairs.items(); item++) {
            double degree = Math.max(1e-9, pairs.degreeOfItem(item) + ofItems);
            scale(ofHistory, item * width, width, Math.pow(degree, HISTORY_POWER));
            scale(vectors, item * width, width, Math.pow(degree, options.popularity()));
        }
        return new SpectralEmbedding(width, ofHistory, vectors);
    }

    /// The vectors with each frequency weighed; one that the graph does not have stays without weight.
    private static float[] weighed(TruncatedSvd svd, double power) {
        float[] weighed = svd.right().clone();
        for (int i = 0; i < weighed.length; i++) {
            double value = svd.values()[i % svd.rank()];
            weighed[i] *= value > 0 ? (float) Math.pow(value, power) : 0f;
        }
        return weighed;
    }

    private static void scale(float[] vectors, int at, int width, double factor) {
        for (int j = at; j < at + width; j++) {
            vectors[j] *= (float) factor;
        }
    }

    @Override
    public int items() {
        return ofItems.length / width;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public float[] item(int item) {
        return Arrays.copyOfRange(ofItems, item * width, (item + 1) * width);
    }

    @Override
    public PersonEncoder encoder() {
        return (history, person) -> {
            Arrays.fill(person, 0, width, 0f);
            for (int item : history) {
                for (int j = 0; j < width; j++) {
                    person[j] += ofHistory[item * width + j];
                }
            }
        };
    }
}
