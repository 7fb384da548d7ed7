package dev.mobula.actors.notify;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.ranking.notify.decision.Choice;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.decision.Rows;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.price.BudgetProblem;
import dev.mobula.training.price.DayForecast;
import dev.mobula.training.price.PriceSolution;
import dev.mobula.training.price.ServedPlan;
import dev.mobula.training.price.SolverSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps prices right: watches the opportunities of one desk, and solves for what is left of budgets and of the day.
///
/// Prices that would earn less than serving whoever comes first are not put in force; the last good ones go on.
public final class PriceKeeper implements AutoCloseable {
    /*
     * A sample of s opportunities stands for the n that the day still brings. With a budget left of b it
     * may spend b s / n, and its duals are the prices of the rest of the day. A new plan is solved from
     * nothing; after that the prices before are nearly right, and a few steps find the new ones. What
     * this desk does not see, other desks' spending above all, it does not count: prices steer, and the
     * ledger's counters hold.
     */
    private static final Logger LOG = LoggerFactory.getLogger(PriceKeeper.class);
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final double LEFT_MIN = 0.5;
    private static final double ROUNDING = 1e-9;
    private static final int PEOPLE_MIN = 20;
    private static final int NET_VALUES_MAX = 512;

    private final PriceBoard board;
    private final Solver solver;
    private final InstantSource clock;
    private final OpportunitySample sample;
    private @Nullable ScheduledExecutorService thread;
    private double[] used = new double[0];
    private long day;
    private long seen;
    private double comingAtPlan;
    private long planned;

    /// Who finds the prices of a problem: this process, or services over the cluster.
    @FunctionalInterface
    public interface Solver {
        PriceSolution solve(BudgetProblem problem, SolverSettings settings, double[] start)
                throws InterruptedException;
    }

    /// What a solution is worth, judged on the sample.
    ///
    /// @param version of the prices in force after it
    /// @param published whether these are those found
    /// @param upperBound no plan for the sample is worth more
    /// @param served what the sample earns by the prices found
    /// @param firstCome what it earns without prices, within the same caps
    /// @param opportunities how many the sample holds
    /// @param coming how many the rest of the day is expected to bring
    public record Solved(
            long version,
            boolean published,
            double upperBound,
            double served,
            double firstCome,
            int opportunities,
            double coming) {}

    public PriceKeeper(PriceBoard board, Solver solver, InstantSource clock) {
        this.board = board;
        this.solver = solver;
        this.clock = clock;
        this.sample = new OpportunitySample(1);
    }

    /// Looks every so often whether the day calls for other prices.
    public synchronized PriceKeeper every(Duration time) {
        if (thread == null) {
            thread =
                    Executors.newSingleThreadScheduledExecutor(
                            Thread.ofPlatform().name("price-keeper").daemon().factory());
            var _ =
                    thread.scheduleWithFixedDelay(
                            this::tick, time.toMillis(), time.toMillis(), TimeUnit.MILLISECONDS);
        }
        return this;
    }

    /// Counts an opportunity and what was decided about it.
    void saw(Ask ask, Opportunity at, Choice choice, boolean sends) {
        sample.add(ask, at);
        count(board.current(), ask, at, choice, sends);
    }

    private synchronized void count(
            PriceSheet sheet, Ask ask, Opportunity at, Choice choice, boolean sends) {
        turn(sheet);
        seen++;
        if (sends && !sheet.plan().isNone()) {
            Rows rows = sheet.rows();
            Ask.Candidate candidate = ask.candidates().get(choice.candidate());
            use(rows.type(sheet.type(candidate.type())), 1);
            int campaign = sheet.campaigns().indexOf(candidate.campaign());
            if (campaign >= 0) {
                use(rows.campaign(campaign), 1);
            }
            int channel = choice.channel();
            use(rows.channel(channel), 1);
            use(rows.segment(Math.min(at.segment(), rows.segments() - 1)), 1);
            use(rows.hour(channel, at.hourOfSlot(choice.slot())), 1);
            use(rows.complaint(), at.complaintUse(channel));
        }
    }

    private void use(int row, double amount) {
        used[row] += amount;
    }

    /// A new day, or other rows, begin with nothing spent.
    private void turn(PriceSheet sheet) {
        long today = Math.floorDiv(clock.millis(), DAY);
        int rows = sheet.rows().count();
        if (today != day || used.length != rows) {
            seen = today == day ? seen : 0;
            day = today;
            used = new double[rows];
        }
    }

    /// Solves for a plan now, and puts the prices in force; nothing is found before a few opportunities were seen.
    ///
    /// @param publishes or only says what they would be worth
    public Solved solve(PricePlan plan, boolean publishes) throws InterruptedException {
        if (plan.isNone()) {
            throw RetrievalException.invalid("budgets", 0, "must name at least one");
        }
        if (sample.size() < PEOPLE_MIN) {
            long version = board.current().version();
            return new Solved(version, false, 0, 0, 0, sample.size(), plan.forecast().all());
        }
        return solve(plan, publishes, false);
    }

    private Solved solve(PricePlan plan, boolean publishes, boolean again)
            throws InterruptedException {
        PriceSheet before = board.current();
        double[] whole = plan.byRow();
        boolean sameRows = again && used.length == whole.length;
        Rest rest = rest(plan, sameRows, whole);
        double share = sample.size() / Math.max(LEFT_MIN, rest.coming());
        double[] budget = new double[whole.length];
        Arrays.setAll(
                budget,
                row ->
                        whole[row] < 0
                                ? whole[row]
                                : Math.max(0, whole[row] - rest.used()[row]) * share);
        BudgetProblem problem = sample.problem(plan, budget);
        int[] compact = OpportunitySample.compact(budget);
        double[] start = new double[problem.rows()];
        if (sameRows) {
            scatter(compact, (row, at) -> start[at] = before.prices()[row]);
        }
        SolverSettings settings = sameRows ? SolverSettings.DEFAULT.warm() : SolverSettings.DEFAULT;
        PriceSolution solution = solver.solve(problem, settings, start);
        SplittableRandom random = new SplittableRandom(before.version());
        double served = ServedPlan.serve(problem, solution.prices(), random.split()).value();
        double greedy =
                ServedPlan.serve(problem, new double[problem.rows()], random.split()).value();
        boolean good = served >= greedy * (1 - ROUNDING);
        if (good && publishes) {
            publish(before, plan, compact, problem, solution, served);
            goOn(rest);
        } else if (publishes) {
            LOG.warn(
                    "prices worth {} are not put in force: without any it would be {}",
                    served,
                    greedy);
        }
        return new Solved(
                board.current().version(),
                good && publishes,
                solution.upperBound(),
                served,
                greedy,
                sample.size(),
                rest.coming());
    }

    /// What is left of a plan's day.
    ///
    /// @param seen opportunities so far; for a new plan as many as were expected by now
    /// @param used of each row so far; for a new plan its part of the day
    private record Rest(long seen, double[] used, double coming) {}

    private synchronized Rest rest(PricePlan plan, boolean goesOn, double[] budget) {
        turn(board.current());
        double hours = hours();
        DayForecast forecast = plan.forecast();
        if (goesOn) {
            return new Rest(seen, used, forecast.coming(seen, hours));
        }
        double part = forecast.until(hours) / Math.max(LEFT_MIN, forecast.all());
        double[] gone = new double[budget.length];
        Arrays.setAll(gone, row -> Math.max(0, budget[row]) * part);
        long expected = Math.round(forecast.until(hours));
        return new Rest(expected, gone, forecast.coming(expected, hours));
    }

    private double hours() {
        return (double) Math.floorMod(clock.millis(), DAY) / HOUR;
    }

    /// From now on the day is measured against what was planned for its rest.
    private synchronized void goOn(Rest rest) {
        used = rest.used();
        seen = rest.seen();
        comingAtPlan = rest.coming();
        planned = day;
    }

    /// Does something for each row that has a budget.
    @FunctionalInterface
    private interface ForRow {
        void run(int row, int at);
    }

    private static void scatter(int[] compact, ForRow action) {
        for (int row = 0; row < compact.length; row++) {
            if (compact[row] >= 0) {
                action.run(row, compact[row]);
            }
        }
    }

    private void publish(
            PriceSheet before,
            PricePlan plan,
            int[] compact,
            BudgetProblem problem,
            PriceSolution solution,
            double served) {
        double best = Math.max(1e-9, Arrays.stream(problem.value()).max().orElse(1));
        Rows rows = plan.rows();
        double[] prices = new double[compact.length];
        scatter(
                compact,
                (row, at) -> {
                    double most = row == rows.complaint() ? best / Rows.COMPLAINT_TARGET : best;
                    prices[row] = Math.min(solution.prices()[at], most);
                });
        board.publish(
                new PriceSheet(
                        before.version() + 1,
                        clock.millis(),
                        plan.types(),
                        plan.campaigns(),
                        plan.segments(),
                        prices,
                        best,
                        netValues(problem, solution.prices()),
                        solution.upperBound(),
                        served,
                        plan,
                        before.curves(),
                        before.rule()));
    }

    /// What opportunities of late are worth by these prices, for the cost of one of a person's last messages.
    private static double[] netValues(BudgetProblem problem, double[] prices) {
        int people = Math.min(NET_VALUES_MAX, problem.people());
        double[] net = new double[people];
        for (int i = 0; i < people; i++) {
            net[i] = problem.bestNet((int) ((long) problem.people() * i / people), prices);
        }
        return net;
    }

    /// Solves again where the day has become another than planned, or has ended.
    void tick() {
        PricePlan plan = board.current().plan();
        if (plan.isNone() || sample.size() < PEOPLE_MIN || !isDue(plan)) {
            return;
        }
        try {
            Solved solved = solve(plan, true, true);
            LOG.info("prices of version {}: {}", solved.version(), solved);
        } catch (CallException other) {
            if (other.failure() != Failure.REFUSED) {
                LOG.warn("prices go on as they are: {}", other.getMessage());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isDue(PricePlan plan) {
        turn(board.current());
        return planned != day
                || DayForecast.isDue(comingAtPlan, plan.forecast().coming(seen, hours()));
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
