package dev.mobula.training.factor;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/// Implicit matrix factorisation by alternating least squares: one vector per person and item, their dot product the score.
/*
 * Idea: minimise Σ over pairs (1 − uᵀv)² + unobserved · Σ over all people and items (uᵀv)² + Σ over vectors
 * ridge · (n + unobserved · others)^power · ‖vector‖², with n the pairs of a person or item [1]. With one side fixed each
 * vector of the other is a linear system of its own: (unobserved · VᵀV + Σ v vᵀ over its pairs + its ridge) u = Σ v.
 * The sum over everything is one small matrix that all share, so no negative is ever drawn. A greater power takes more
 * from what is popular; how much is right decides the quality of the whole [2].
 *
 * A person who was not there while training, or who has more by now, gets a vector by the same system.
 *
 * A pass takes a few steps of conjugate gradients per vector, see LeastSquares. No randomness but the start.
 *
 * [1] Hu, Koren, Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008.
 * [2] Rendle et al., Revisiting the Performance of iALS on Item Recommendation Benchmarks, RecSys 2022.
 */
public final class ImplicitAls implements ItemEmbedding {
    private static final float INITIAL_DEVIATION = 0.1f;
    private static final double UNOBSERVED_IN_ALL = 4;
    private static final int STEPS = 3;
    private static final int STEPS_FROM_NOTHING = 50;

    private final Options options;
    private final float[] items;
    private final LeastSquares.Side itemSide;

    /// What is minimised, and how often.
    ///
    /// @param width of the vectors, a multiple of 16
    /// @param unobserved weight of a pair that was not seen, against 1
    /// @param ridge that keeps vectors short
    /// @param power of the count in a vector's ridge
    /// @param passes over both sides
    public record Options(int width, double unobserved, double ridge, double power, int passes) {
        public Options {
            require("width", width, width >= 16 && width <= 512 && width % 16 == 0);
            require("unobserved", unobserved, unobserved > 0 && unobserved <= 1);
            require("ridge", ridge, ridge > 0 && ridge <= 1e6);
            require("power", power, power >= 0 && power <= 2);
            require("passes", passes, passes >= 1 && passes <= 1_000);
        }

        /// What was best on validation, for sets that differ eighty times in density: all pairs that were not seen weigh
        /// together four times what those weigh that were.
        public static Options usual(InteractionMatrix pairs) {
            double density = pairs.size() / Math.max(1.0, (double) pairs.users() * pairs.items());
            double unobserved = Math.clamp(UNOBSERVED_IN_ALL * density, 1e-9, 1);
            return new Options(32, unobserved, 0.01, 1, 10);
        }

        public Options withWidth(int columns) {
            return new Options(columns, unobserved, ridge, power, passes);
        }

        private static void require(String field, Object value, boolean holds) {
            if (!holds) {
                throw TrainingException.invalid(field, value, "is outside its limits");
            }
        }
    }

    private ImplicitAls(Options options, float[] items) {
        this.options = options;
        this.items = items;
        this.itemSide = new LeastSquares(options).side(items);
    }

    /// Solves.
    ///
    /// @param passed is told of every pass
    public static ImplicitAls fit(
            InteractionMatrix pairs, Options options, long seed, IntConsumer passed) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = options.width();
        float[] users = new float[pairs.users() * width];
        float[] items = new float[pairs.items() * width];
        for (int i = 0; i < items.length; i++) {
            items[i] = (float) (random.nextGaussian() * INITIAL_DEVIATION / Math.sqrt(width));
        }
        int[][] usersOf = usersOf(pairs);
        LeastSquares solver = new LeastSquares(options);
        for (int pass = 1; pass <= options.passes(); pass++) {
            LeastSquares.Side known = solver.side(items);
            for (int user = 0; user < pairs.users(); user++) {
                solver.solve(known, pairs.itemsOf(user), users, user * width, STEPS);
            }
            known = solver.side(users);
            for (int item = 0; item < pairs.items(); item++) {
                solver.solve(known, usersOf[item], items, item * width, STEPS);
            }
            passed.accept(pass);
        }
        return new ImplicitAls(options, items);
    }

    private static int[][] usersOf(InteractionMatrix pairs) {
        int[][] usersOf = new int[pairs.items()][];
        int[] next = new int[pairs.items()];
        Arrays.setAll(usersOf, item -> new int[pairs.degreeOfItem(item)]);
        for (int user = 0; user < pairs.users(); user++) {
            for (int item : pairs.itemsOf(user)) {
                usersOf[item][next[item]++] = user;
            }
        }
        return usersOf;
    }

    @Override
    public int items() {
        return items.length / options.width();
    }

    @Override
    public int width() {
        return options.width();
    }

    @Override
    public float[] item(int item) {
        return Arrays.copyOfRange(items, item * width(), (item + 1) * width());
    }

    /// What training would give them.
    @Override
    public PersonEncoder encoder() {
        LeastSquares solver = new LeastSquares(options);
        return (history, person) -> {
            Arrays.fill(person, 0, width(), 0f);
            solver.solve(itemSide, history, person, 0, STEPS_FROM_NOTHING);
        };
    }
}
