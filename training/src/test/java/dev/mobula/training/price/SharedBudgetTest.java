package dev.mobula.training.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Budgets that many want at once: by zone as the earth turns, by team, by hour.
final class SharedBudgetTest {
    private static final int PER_ZONE = 800;
    private static final int ZONES = 24;
    private static final double PART = 0.4;

    private static BudgetProblem problem(
            double[][] values, int[][] rows, int optionsEach, double[] budget) {
        int people = values.length;
        int[] firstOption = new int[people + 1];
        int uses = rows[0].length;
        double[] value = new double[people * optionsEach];
        int[] firstUse = new int[value.length + 1];
        int[] row = new int[value.length * uses];
        double[] amount = new double[row.length];
        Arrays.fill(amount, 1);
        for (int person = 0; person < people; person++) {
            firstOption[person + 1] = (person + 1) * optionsEach;
            for (int o = 0; o < optionsEach; o++) {
                int option = person * optionsEach + o;
                value[option] = values[person][o];
                firstUse[option + 1] = (option + 1) * uses;
                System.arraycopy(rows[option], 0, row, option * uses, uses);
            }
        }
        return new BudgetProblem(firstOption, value, firstUse, row, amount, budget);
    }

    /// One message for each person of zone after zone; one global cap for all of them.
    private static BudgetProblem dayAroundTheEarth(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int people = ZONES * PER_ZONE;
        double[][] values = new double[people][];
        int[][] rows = new int[people][];
        for (int person = 0; person < people; person++) {
            values[person] = new double[] {-Math.log(random.nextDouble())};
            rows[person] = new int[] {0};
        }
        return problem(values, rows, 1, new double[] {PART * people});
    }

    private static double[] sentByZone(BudgetProblem day, DayPacer pacer, boolean paced)
            throws InterruptedException {
        double[] sent = new double[ZONES];
        double left = day.budget()[0];
        for (int person = 0; person < day.people(); person++) {
            double price = paced ? pacer.prices()[0] : 0;
            if (day.value()[person] > price && left >= 1) {
                left--;
                pacer.use(0, 1);
                sent[person / PER_ZONE]++;
            }
            pacer.opportunity();
            double hours = 24.0 * (person + 1) / day.people();
            if (paced && person % 50 == 0 && pacer.isDue(hours)) {
                pacer.replan(hours);
            }
        }
        assertThat(left).isGreaterThanOrEqualTo(0);
        return sent;
    }

    private static DayPacer pacer(BudgetProblem sample, BudgetProblem day) {
        double[] forecast = new double[24];
        Arrays.fill(forecast, day.people() / 24.0);
        return new DayPacer(
                sample,
                day.budget(),
                forecast,
                new double[] {-Math.log(PART)},
                SolverSettings.DEFAULT);
    }

    @Test
    void zonesThatWakeUpLastGetAsMuchAsThoseThatWakeUpFirst() throws InterruptedException {
        BudgetProblem day = dayAroundTheEarth(1);
        BudgetProblem sample = dayAroundTheEarth(2).ofPeople(0, 4_000);
        double[] wanted = new double[ZONES];
        Arrays.fill(wanted, PER_ZONE);
        Fairness firstCome = Fairness.of(sentByZone(day, pacer(sample, day), false), wanted);
        Fairness paced = Fairness.of(sentByZone(day, pacer(sample, day), true), wanted);
        assertThat(firstCome.least()).isZero();
        assertThat(firstCome.index()).isLessThan(0.45);
        assertThat(paced.index()).isGreaterThan(0.98);
        assertThat(paced.least()).isGreaterThan(0.25);
    }

    /// A team that offers everybody ten messages, each said to be worth more, beside nine that offer one.
    @Test
    void aNoisyTeamTakesNoMoreThanItsOwnBudget() throws InterruptedException {
        int teams = 10;
        int people = 3_000;
        int options = 10 + teams - 1;
        SplittableRandom random = new SplittableRandom(4);
        double[][] values = new double[people][options];
        int[][] rows = new int[people * options][];
        for (int person = 0; person < people; person++) {
            for (int o = 0; o < options; o++) {
                int team = o < 10 ? 0 : o - 9;
                values[person][o] = (team == 0 ? 3 : 1) * -Math.log(random.nextDouble());
                rows[person * options + o] = new int[] {team, teams};
            }
        }
        double all = 0.5 * people;
        double[] shared = new double[teams + 1];
        Arrays.fill(shared, all / teams);
        shared[teams] = all;
        double[] unlimited = new double[teams + 1];
        Arrays.fill(unlimited, all);
        double[] wanted = new double[teams];
        Arrays.fill(wanted, all / teams);
        Fairness noisy = byTeam(problem(values, rows, options, unlimited), wanted);
        Fairness fair = byTeam(problem(values, rows, options, shared), wanted);
        assertThat(noisy.index()).isLessThan(0.2);
        assertThat(fair.index()).isGreaterThan(0.98);
        assertThat(fair.least()).isGreaterThan(0.9);
    }

    private static Fairness byTeam(BudgetProblem problem, double[] wanted)
            throws InterruptedException {
        double[] got = new double[wanted.length];
        try (PriceSolver solver = PriceSolver.of(problem, 2)) {
            double[] prices = solver.solve(SolverSettings.DEFAULT).prices();
            ServedPlan.serve(
                    problem,
                    () -> prices,
                    new SplittableRandom(6),
                    (option, person) -> {
                        if (option >= 0) {
                            got[problem.row()[problem.firstUse()[option]]]++;
                        }
                    });
        }
        return Fairness.of(got, wanted);
    }

    /// Everybody's best hour is eight, and less comes of each hour after it.
    @Test
    void theHerdOfTheMorningSpreadsOverTheHoursWithinTheThroughputOfEach()
            throws InterruptedException {
        int people = 5_000;
        SplittableRandom random = new SplittableRandom(5);
        double[][] values = new double[people][24];
        int[][] rows = new int[people * 24][];
        for (int person = 0; person < people; person++) {
            double worth = -Math.log(random.nextDouble());
            for (int hour = 0; hour < 24; hour++) {
                values[person][hour] = hour < 8 ? 0 : worth * Math.pow(0.9, hour - 8);
                rows[person * 24 + hour] = new int[] {hour};
            }
        }
        double[] throughput = new double[24];
        Arrays.fill(throughput, people / 10.0);
        BudgetProblem problem = problem(values, rows, 24, throughput);
        double[] byHour = new double[24];
        try (PriceSolver solver = PriceSolver.of(problem, 2)) {
            double[] prices = solver.solve(SolverSettings.DEFAULT).prices();
            ServedPlan plan =
                    ServedPlan.serve(
                            problem,
                            () -> prices,
                            new SplittableRandom(6),
                            (option, person) -> {
                                if (option >= 0) {
                                    byHour[option % 24]++;
                                }
                            });
            assertThat(plan.sent()).isGreaterThan((int) (0.95 * people));
        }
        for (int hour = 0; hour < 24; hour++) {
            assertThat(byHour[hour]).isLessThanOrEqualTo(throughput[hour]);
        }
        assertThat(byHour[8]).isCloseTo(throughput[8], within(0.1 * throughput[8]));
        assertThat(byHour[12]).isGreaterThan(0.8 * throughput[12]);
    }

    @Test
    void fairnessIsOneAmongEqualsAndOneOverAllWhenOneHasEverything() {
        assertThat(Fairness.of(new double[] {2, 4, 8}, new double[] {1, 2, 4}).index())
                .isCloseTo(1, within(1e-12));
        Fairness one = Fairness.of(new double[] {5, 0, 0, 0}, new double[] {5, 5, 5, 5});
        assertThat(one.index()).isCloseTo(0.25, within(1e-12));
        assertThat(one.least()).isZero();
    }
}
