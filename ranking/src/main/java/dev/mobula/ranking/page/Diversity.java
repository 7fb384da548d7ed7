package dev.mobula.ranking.page;

import dev.mobula.ranking.model.kernels.Kernels;
import java.util.Arrays;

/*
 * Determinantal point process, greedy MAP, with L = diag(q) S diag(q), q = exp(w * value), S = (1 - r) cosine + r I.
 * log det L_Y = 2 w * sum of values + log det S_Y, so the next pick maximises q^2 times the residual of S given the
 * picks before it. The residuals are kept by one row of an incremental Cholesky factor per pick:
 *
 *     row_t[i] = (S[j,i] - sum over s < t of row_s[j] row_s[i]) / sqrt(residual[j]),   residual[i] -= row_t[i]^2
 *
 * The ridge r keeps S of full rank, so a page may be longer than the embeddings have dimensions. Cost: for k picks from
 * n candidates of d dimensions, k n (d + k / 2) multiply-adds along contiguous rows.
 *
 * Maximal marginal relevance picks by w * value - highest similarity to any pick before.
 *
 * 1. Chen, Zhang, Zhou, Fast Greedy MAP Inference for Determinantal Point Process, 2018.
 * 2. Carbonell, Goldstein, The Use of MMR, 1998.
 */
/// Selects a page from the reserve by value and by difference from what is already selected.
public final class Diversity {
    private static final float RIDGE = 0.05f;
    private static final double RESIDUAL_MIN = 1e-9;
    private static final Kernels KERNELS = Kernels.ofThisMachine();

    private Diversity() {}

    /// The best by value alone, within the caps.
    public static SlateEdit topValue(int size, Caps caps) {
        return slate -> select("top", slate, size, caps, new ByValue(slate.pool()));
    }

    /// Greedy DPP. `valueWeight` is the gain in log-volume that one unit of value is worth.
    public static SlateEdit dpp(int size, double valueWeight, Caps caps) {
        return slate -> select("dpp", slate, size, caps, new Dpp(slate.pool(), size, valueWeight));
    }

    /// Maximal marginal relevance. `valueWeight` is the similarity that one unit of value is worth.
    public static SlateEdit mmr(int size, double valueWeight, Caps caps) {
        return slate -> select("mmr", slate, size, caps, new Mmr(slate.pool(), valueWeight));
    }

    /// What a greedy selection maximises next.
    private interface Gain {
        double of(int index);

        void picked(int index);
    }

    private static Slate select(String edit, Slate slate, int size, Caps caps, Gain gain) {
        int[] page = Arrays.copyOf(slate.selected(), Math.max(size, slate.selected().length));
        int[] candidates = slate.reserve();
        Caps.Count count = caps.count(slate.pool());
        int selected = 0;
        for (int index : slate.selected()) {
            count.add(index);
            gain.picked(index);
            selected++;
        }
        while (selected < size) {
            int best = best(candidates, count, gain);
            if (best < 0) {
                break;
            }
            int index = candidates[best];
            candidates[best] = -1;
            count.add(index);
            gain.picked(index);
            page[selected++] = index;
        }
        return slate.withSelected(edit, Arrays.copyOf(page, selected));
    }

    /// The reserve is in order of value, so of equal gains the better value wins.
    private static int best(int[] candidates, Caps.Count count, Gain gain) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < candidates.length; c++) {
            int index = candidates[c];
            if (index >= 0 && gain.of(index) > most && count.admits(index)) {
                most = gain.of(index);
                best = c;
            }
        }
        return best;
    }

    private record ByValue(PagePool pool) implements Gain {
        @Override
        public double of(int index) {
            return pool.value(index);
        }

        @Override
        public void picked(int index) {}
    }

    private static final class Dpp implements Gain {
        private final PagePool pool;
        private final double[] quality;
        private final float[] residual;
        private final float[] rows;
        private final int n;
        private int picks;

        Dpp(PagePool pool, int size, double valueWeight) {
            this.pool = pool;
            this.n = pool.size();
            this.quality = new double[n];
            this.residual = new float[n];
            this.rows = new float[(size + 1) * n];
            double best = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                best = Math.max(best, pool.value(i));
            }
            for (int i = 0; i < n; i++) {
                quality[i] = Math.exp(2 * valueWeight * (pool.value(i) - best));
            }
            Arrays.fill(residual, 1f);
        }

        @Override
        public double of(int index) {
            return quality[index] * Math.max(residual[index], RESIDUAL_MIN);
        }

        @Override
        public void picked(int j) {
            if ((picks + 1) * n > rows.length) {
                return; // the page was longer than asked for before this edit
            }
            int row = picks * n;
            float[] embeddings = pool.embeddings();
            for (int d = 0; d < pool.dimensions(); d++) {
                float factor = (1 - RIDGE) * embeddings[d * n + j];
                KERNELS.addScaled(factor, embeddings, d * n, rows, row, n);
            }
            rows[row + j] += RIDGE;
            for (int s = 0; s < picks; s++) {
                KERNELS.addScaled(-rows[s * n + j], rows, s * n, rows, row, n);
            }
            float scale = (float) (1 / Math.sqrt(Math.max(residual[j], RESIDUAL_MIN)));
            for (int i = 0; i < n; i++) {
                rows[row + i] *= scale;
                residual[i] -= rows[row + i] * rows[row + i];
            }
            picks++;
        }
    }

    private static final class Mmr implements Gain {
        private final PagePool pool;
        private final double valueWeight;
        private final float[] similarity;
        private final float[] closest;

        Mmr(PagePool pool, double valueWeight) {
            this.pool = pool;
            this.valueWeight = valueWeight;
            this.similarity = new float[pool.size()];
            this.closest = new float[pool.size()];
        }

        @Override
        public double of(int index) {
            return valueWeight * pool.value(index) - closest[index];
        }

        @Override
        public void picked(int j) {
            int n = pool.size();
            Arrays.fill(similarity, 0f);
            for (int d = 0; d < pool.dimensions(); d++) {
                float factor = pool.embeddings()[d * n + j];
                KERNELS.addScaled(factor, pool.embeddings(), d * n, similarity, 0, n);
            }
            for (int i = 0; i < n; i++) {
                closest[i] = Math.max(closest[i], similarity[i]);
            }
        }
    }
}
