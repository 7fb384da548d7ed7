package dev.mobula.training.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class PriceSolverTest {
    private static PriceSolution solve(BudgetProblem problem) throws InterruptedException {
        try (PriceSolver solver = PriceSolver.of(problem, 2)) {
            return solver.solve(SolverSettings.DEFAULT);
        }
    }

    @Test
    void theBoundMeetsTheExactOptimum() throws InterruptedException {
        for (long seed = 0; seed < 3; seed++) {
            BudgetProblem problem = NotificationInstance.of(1_000, 10, seed);
            double exact = ExactOptimum.of(problem).value();
            PriceSolution solution = solve(problem);
            assertThat(solution.upperBound() / exact - 1).isBetween(-1e-7, 5e-4);
            assertThat(problem.upperBound(solution.prices()))
                    .isCloseTo(solution.upperBound(), within(1e-6));
        }
    }

    /// The published instance; the bands are its goals.
    @Test
    @Tag("long")
    void servedPlansAreWithinHalfAPercentOfTheExactOptimum() throws InterruptedException {
        for (long seed = 0; seed < 2; seed++) {
            BudgetProblem problem = NotificationInstance.of(20_000, 10, seed);
            ExactOptimum exact = ExactOptimum.of(problem);
            long start = System.nanoTime();
            PriceSolution solution = solve(problem);
            double seconds = (System.nanoTime() - start) / 1e9;
            ServedPlan plan =
                    ServedPlan.serve(problem, solution.prices(), new SplittableRandom(seed));
            double served = 1 - plan.value() / exact.value();
            double dual = solution.upperBound() / exact.value() - 1;
            System.out.printf(
                    "seed %d: dual gap %.5f%%, served gap %.3f%%, %d iterations, %.2f s;"
                            + " OR-Tools %.1f s, %.1f times as long%n",
                    seed,
                    100 * dual,
                    100 * served,
                    solution.iterations(),
                    seconds,
                    exact.seconds(),
                    exact.seconds() / seconds);
            assertThat(dual).isBetween(-1e-7, 5e-4);
            assertThat(served).isLessThan(5e-3);
        }
    }

    @Test
    void servedPlansKeepEveryBudgetAndPricesBeatFirstCome() throws InterruptedException {
        Seeds.forAll(
                3,
                random -> {
                    BudgetProblem problem = NotificationInstance.of(3_000, 8, random.nextLong());
                    PriceSolution solution = solve(problem);
                    double[] used = new double[problem.rows()];
                    ServedPlan plan =
                            ServedPlan.serve(
                                    problem,
                                    solution::prices,
                                    random.split(),
                                    (option, person) -> add(problem, option, used));
                    for (int r = 0; r < problem.rows(); r++) {
                        assertThat(used[r]).isLessThanOrEqualTo(problem.budget()[r] + 1e-9);
                    }
                    ServedPlan greedy =
                            ServedPlan.serve(problem, new double[problem.rows()], random.split());
                    assertThat(plan.value())
                            .isGreaterThan(1.3 * greedy.value())
                            .isLessThanOrEqualTo(solution.upperBound());
                    assertThat(solution.gap(plan.value())).isBetween(0.0, 0.05);
                });
    }

    private static void add(BudgetProblem problem, int option, double[] used) {
        if (option >= 0) {
            for (int use = problem.firstUse()[option];
                    use < problem.firstUse()[option + 1];
                    use++) {
                used[problem.row()[use]] += problem.amount()[use];
            }
        }
    }

    @Test
    void yesterdaysPricesShortenTheWay() throws InterruptedException {
        BudgetProblem yesterday = NotificationInstance.of(3_000, 10, 1);
        double[] value = yesterday.value().clone();
        SplittableRandom random = new SplittableRandom(2);
        Arrays.setAll(value, o -> value[o] * random.nextDouble(0.95, 1.05));
        BudgetProblem today =
                new BudgetProblem(
                        yesterday.firstOption(),
                        value,
                        yesterday.firstUse(),
                        yesterday.row(),
                        yesterday.amount(),
                        yesterday.budget());
        double[] start = solve(yesterday).prices();
        try (PriceSolver solver = PriceSolver.of(today, 1)) {
            PriceSolution cold = solver.solve(SolverSettings.DEFAULT);
            PriceSolution warm = solver.solve(SolverSettings.DEFAULT.warm(), start);
            assertThat(warm.upperBound()).isLessThan(cold.upperBound() * 1.0005);
            assertThat(warm.iterations()).isLessThan(cold.iterations());
        }
    }

    @Test
    void howManyBlocksAnswerMakesNoDifference() throws InterruptedException {
        BudgetProblem problem = NotificationInstance.of(1_000, 6, 4);
        try (PriceSolver one = PriceSolver.of(problem, 1);
                PriceSolver many = PriceSolver.of(problem, 7)) {
            assertThat(many.solve(SolverSettings.DEFAULT).upperBound())
                    .isCloseTo(one.solve(SolverSettings.DEFAULT).upperBound(), within(1e-3));
        }
    }

    /// Against the definition: nothing else on the simplex does better.
    @Test
    void anAnswerIsTheProjectionOntoTheSimplex() {
        Seeds.forAll(
                300,
                random -> {
                    int options = random.nextInt(1, 9);
                    double[] value = random.doubles(options, -1, 2).toArray();
                    BudgetProblem problem = oneRowEach(value);
                    double smoothing = random.nextDouble(0.05, 2);
                    double[] shares = new double[options];
                    double worth =
                            new LocalBlock(problem, 0, 1)
                                    .respond(new double[options], smoothing, shares);
                    assertThat(Arrays.stream(shares).sum()).isLessThanOrEqualTo(1 + 1e-9);
                    assertThat(worth).isCloseTo(worth(value, smoothing, shares), within(1e-9));
                    for (int attempt = 0; attempt < 50; attempt++) {
                        double[] other = random.doubles(options, 0, 1).toArray();
                        double scale =
                                random.nextDouble() / Math.max(1, Arrays.stream(other).sum());
                        Arrays.setAll(other, i -> other[i] * scale);
                        assertThat(worth(value, smoothing, other))
                                .isLessThanOrEqualTo(worth + 1e-9);
                    }
                });
    }

    private static double worth(double[] value, double smoothing, double[] shares) {
        double worth = 0;
        for (int i = 0; i < value.length; i++) {
            worth += value[i] * shares[i] - smoothing / 2 * shares[i] * shares[i];
        }
        return worth;
    }

    private static BudgetProblem oneRowEach(double[] value) {
        int[] first = new int[value.length + 1];
        Arrays.setAll(first, i -> i);
        int[] row = Arrays.copyOf(first, value.length);
        double[] ones = new double[value.length];
        Arrays.fill(ones, 1);
        return new BudgetProblem(
                new int[] {0, value.length}, value, first, row, ones, ones.clone());
    }

    /// From no prices at all, prices that follow the spending earn most of what the best fixed ones do.
    @Test
    void pricesThatFollowTheSpendingBeatNone() throws InterruptedException {
        BudgetProblem problem = NotificationInstance.of(20_000, 10, 3);
        PriceSolution solution = solve(problem);
        double best = ServedPlan.serve(problem, solution.prices(), new SplittableRandom(1)).value();
        double none =
                ServedPlan.serve(problem, new double[problem.rows()], new SplittableRandom(1))
                        .value();
        double cold = paced(problem, new double[problem.rows()], 20_000, 3);
        double warm = paced(problem, solution.prices(), 20_000, 0.02);
        double wrong = paced(problem, solution.prices(), 26_000, 0.02);
        assertThat(cold).isGreaterThan(0.95 * best);
        assertThat(none).isLessThan(0.7 * best);
        assertThat(warm).isGreaterThan(0.99 * best);
        assertThat(wrong).isGreaterThan(0.9 * best);
    }

    private static double paced(
            BudgetProblem problem, double[] start, double forecast, double eagerness) {
        double[] sum = new double[problem.rows()];
        int[] count = new int[problem.rows()];
        for (int use = 0; use < problem.row().length; use++) {
            sum[problem.row()[use]] += Math.abs(problem.amount()[use]);
            count[problem.row()[use]]++;
        }
        Arrays.setAll(sum, r -> sum[r] / Math.max(1, count[r]));
        double mean = Arrays.stream(problem.value()).average().orElseThrow();
        Pacer pacer = new Pacer(start, problem.budget(), sum, mean, forecast, eagerness);
        return ServedPlan.serve(
                        problem,
                        pacer::prices,
                        new SplittableRandom(1),
                        (option, person) -> {
                            pacer.opportunity();
                            if (option >= 0) {
                                for (int use = problem.firstUse()[option];
                                        use < problem.firstUse()[option + 1];
                                        use++) {
                                    pacer.use(problem.row()[use], problem.amount()[use]);
                                }
                            }
                            if (person % 50 == 49) {
                                pacer.endBatch();
                            }
                        })
                .value();
    }

    @Test
    void aProblemThatContradictsItselfIsRefused() {
        double[] one = {1};
        assertThatThrownBy(
                        () ->
                                new BudgetProblem(
                                        new int[] {0, 1},
                                        one,
                                        new int[] {0, 1},
                                        new int[] {3},
                                        one,
                                        one))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("row=3");
    }
}
