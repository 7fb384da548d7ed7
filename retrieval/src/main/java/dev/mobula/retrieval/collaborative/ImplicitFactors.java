package dev.mobula.retrieval.collaborative;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.Kernels;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/*
 * Weighted least squares [1]: every pair that happened should have product one, with weight one; every pair that did not
 * should have product zero, with a small weight. With one side fixed the other is a linear system per row,
 *
 *     (unobserved · YᵀY + Σ y yᵀ + regularisation · I) x = Σ y,    sums over the row's own items,
 *
 * whose first term is the same for all rows. A few steps of conjugate gradients from the last solution are enough [2];
 * the regularisation grows with the number of a row's pairs [3].
 *
 * Cost of one sweep: (users + items) · steps · dimension² + pairs · steps · dimension.
 *
 * [1] Hu, Koren, Volinsky: Collaborative filtering for implicit feedback datasets, ICDM 2008.
 * [2] Takács, Pilászy, Tikk: Applications of the conjugate gradient method for implicit feedback, RecSys 2011.
 * [3] Rendle et al.: Revisiting the performance of iALS on item recommendation benchmarks, RecSys 2022.
 */

/// Vectors of users and items whose inner product says how likely the two meet: implicit alternating least squares.
public final class ImplicitFactors {
    private static final Kernels KERNELS = Kernels.best();
    private static final int STEPS = 4;
    private static final double START_DEVIATION = .1;

    private final InteractionMatrix data;
    private final Spec spec;
    private final int length;
    private final float[][] users;
    private final float[][] items;

    /// How they are learned: dimension, sweeps over both sides, weight of what did not happen, regularisation, seed.
    public record Spec(
            int dimension, int sweeps, float unobserved, float regularisation, long seed) {
        public Spec {
            if (dimension < 1 || dimension > 1024) {
                throw invalid("dimension", dimension, "must be in 1..1024");
            }
            if (sweeps < 1 || sweeps > 1000) {
                throw invalid("sweeps", sweeps, "must be in 1..1000");
            }
            if (!(unobserved > 0 && unobserved <= 1)) {
                throw invalid("unobserved", unobserved, "must be in (0, 1]");
            }
            if (!(regularisation > 0 && regularisation <= 1)) {
                throw invalid("regularisation", regularisation, "must be in (0, 1]");
            }
        }
    }

    private ImplicitFactors(InteractionMatrix data, Spec spec) {
        this.data = data;
        this.spec = spec;
        length = Kernels.padded(spec.dimension());
        SplittableRandom random = new SplittableRandom(spec.seed());
        users = drawn(random, data.users());
        items = drawn(random, data.items());
    }

    /// Learns both sides; the same data and spec give the same vectors.
    public static ImplicitFactors learn(InteractionMatrix data, Spec spec) {
        ImplicitFactors factors = new ImplicitFactors(data, spec);
        for (int sweep = 0; sweep < spec.sweeps(); sweep++) {
            factors.solve(factors.users, factors.items, data.userOffsets(), data.userItems());
            factors.solve(factors.items, factors.users, data.itemOffsets(), data.itemUsers());
        }
        return factors;
    }

    /// A copy of a user's vector.
    public float[] user(int user) {
        return Arrays.copyOf(users[user], spec.dimension());
    }

    /// A copy of an item's vector.
    public float[] item(int item) {
        return Arrays.copyOf(items[item], spec.dimension());
    }

    /// How likely they meet: larger is likelier.
    public float score(int user, int item) {
        return KERNELS.dot(users[user], 0, items[item], 0, length);
    }

    /// How well the vectors say what happened: the mean squared error over the pairs.
    double error() {
        double sum = 0;
        for (int user = 0; user < users.length; user++) {
            for (int i = data.userOffsets()[user]; i < data.userOffsets()[user + 1]; i++) {
                double rest = 1 - score(user, data.userItems()[i]);
                sum += rest * rest;
            }
        }
        return sum / data.size();
    }

    private float[][] drawn(SplittableRandom random, int count) {
        double deviation = START_DEVIATION / Math.sqrt(spec.dimension());
        float[][] rows = new float[count][length];
        for (float[] row : rows) {
            for (int i = 0; i < spec.dimension(); i++) {
                row[i] = (float) (deviation * random.nextGaussian());
            }
        }
        return rows;
    }

    private void solve(float[][] solved, float[][] fixed, int[] offsets, int[] partners) {
        float[] gram = gram(fixed);
        IntStream.range(0, solved.length)
                .parallel()
                .forEach(
                        row -> {
                            int from = offsets[row];
                            int to = offsets[row + 1];
                            new RowSystem(gram, fixed, partners, from, to).improve(solved[row]);
                        });
    }

    /* The products of all columns with each other, weighted for what did not happen. */
    private float[] gram(float[][] rows) {
        double[] sums = new double[length * length];
        for (float[] row : rows) {
            for (int i = 0; i < spec.dimension(); i++) {
                for (int j = 0; j < length; j++) {
                    sums[i * length + j] += row[i] * row[j];
                }
            }
        }
        float[] gram = new float[sums.length];
        for (int i = 0; i < gram.length; i++) {
            gram[i] = (float) (spec.unobserved() * sums[i]);
        }
        return gram;
    }

    /// The system of one row, and its improvement by conjugate gradients.
    private final class RowSystem {
        private final float[] gram;
        private final float[][] fixed;
        private final int[] partners;
        private final int from;
        private final int to;
        private final float ridge;

        RowSystem(float[] gram, float[][] fixed, int[] partners, int from, int to) {
            this.gram = gram;
            this.fixed = fixed;
            this.partners = partners;
            this.from = from;
            this.to = to;
            ridge = spec.regularisation() * (to - from + spec.unobserved() * fixed.length);
        }

        void improve(float[] solution) {
            float[] rest = new float[length];
            float[] applied = new float[length];
            for (int i = from; i < to; i++) {
                add(rest, fixed[partners[i]], 1);
            }
            apply(solution, applied);
            add(rest, applied, -1);
            float[] direction = rest.clone();
            float squares = KERNELS.dot(rest, 0, rest, 0, length);
            for (int step = 0; step < STEPS && squares > 1e-20f; step++) {
                apply(direction, applied);
                float along = KERNELS.dot(direction, 0, applied, 0, length);
                if (!(along > 0)) {
                    return;
                }
                add(solution, direction, squares / along);
                add(rest, applied, -squares / along);
                float next = KERNELS.dot(rest, 0, rest, 0, length);
                for (int i = 0; i < length; i++) {
                    direction[i] = rest[i] + next / squares * direction[i];
                }
                squares = next;
            }
        }

        private void apply(float[] vector, float[] into) {
            for (int i = 0; i < length; i++) {
                into[i] = KERNELS.dot(gram, i * length, vector, 0, length) + ridge * vector[i];
            }
            for (int i = from; i < to; i++) {
                float[] partner = fixed[partners[i]];
                add(into, partner, KERNELS.dot(partner, 0, vector, 0, length));
            }
        }

        private void add(float[] sum, float[] vector, float factor) {
            for (int i = 0; i < length; i++) {
                sum[i] += factor * vector[i];
            }
        }
    }
}
