package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.price.BudgetProblem;
import dev.mobula.training.price.NotificationInstance;
import dev.mobula.training.price.PriceSolution;
import dev.mobula.training.price.PriceSolver;
import dev.mobula.training.price.ServedPlan;
import dev.mobula.training.price.SolverSettings;
import java.io.IOException;
import java.util.SplittableRandom;

/// The price solver on instances of notifications, judged by its own certificate: no plan is worth more than the bound.
///
/// Gaps are against the bound, so they are at least as large as those against the exact optimum; with OR-Tools beside it,
/// against the optimum itself.
final class PriceStudy {
    private static final int OPTIONS = 10;
    private static final int SMALL = 20_000;
    private static final int MIDDLE = 80_000;
    private static final int LARGE = 1_000_000;
    private static final double SERVED_PERCENT_MAX = 0.5;
    private static final double DUAL_PERCENT_MAX = 0.05;
    private static final double TIMES_MIN = 5;
    private static final double LARGE_SECONDS_MAX = 300;
    private static final double GROWTH_MAX = 1.5;
    private static final long HEAP_FOR_LARGE = 1_500L << 20;

    private record Solved(
            int people, PriceSolution solution, double seconds, double servedPercent) {
        private double nanosPerOption() {
            return seconds * 1e9 / solution.iterations() / ((double) people * OPTIONS);
        }
    }

    private PriceStudy() {}

    static void run(Report report, BenchContext context) throws IOException, InterruptedException {
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        solve(SMALL, 9, threads);
        Solved small = solve(SMALL, 0, threads);
        Solved other = solve(SMALL, 1, threads);
        Solved middle = solve(MIDDLE, 0, threads);
        Table table = table();
        add(table, small);
        add(table, other);
        add(table, middle);
        if (context.peers().contains(OrToolsPeer.NAME)) {
            againstExact(report, context, threads);
        }
        double served = Math.max(small.servedPercent(), other.servedPercent());
        double growth = middle.nanosPerOption() / small.nanosPerOption();
        report.table("the price solver, " + threads + " threads", table)
                .figure("solver_seconds", small.seconds())
                .figure("solver_served_gap_percent", served)
                .figure("solver_cost_growth", growth)
                .check(
                        Check.atMost(
                                "served below the bound, 20,000 people",
                                served,
                                "%",
                                SERVED_PERCENT_MAX))
                .check(
                        Check.atMost(
                                "cost of an option, 80,000 people against 20,000",
                                growth,
                                "x",
                                GROWTH_MAX));
    }

    /// A million people with ten options each.
    static void runLarge(Report report) throws InterruptedException {
        if (Runtime.getRuntime().maxMemory() < HEAP_FOR_LARGE) {
            return;
        }
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        Solved solved = solve(LARGE, 0, threads);
        Table table = table();
        add(table, solved);
        report.table("the price solver, a million people", table)
                .figure("solver_large_seconds", solved.seconds())
                .figure("solver_large_served_gap_percent", solved.servedPercent())
                .check(
                        Check.atMost(
                                "prices for 1,000,000 people",
                                solved.seconds(),
                                "s",
                                LARGE_SECONDS_MAX));
    }

    private static Table table() {
        return Table.of(
                "people",
                "options",
                "iterations",
                "seconds",
                "ns per option and iteration",
                "served below the bound %");
    }

    /// The same problems by OR-Tools' simplex, in turns.
    private static void againstExact(Report report, BenchContext context, int threads)
            throws IOException, InterruptedException {
        OrToolsPeer peer = OrToolsPeer.open(context);
        Table table =
                Table.of(
                        "problem",
                        "dual gap %",
                        "served gap %",
                        "seconds",
                        "OR-Tools seconds",
                        "times as long");
        double dual = 0;
        double served = 0;
        double times = Double.POSITIVE_INFINITY;
        String version = "";
        for (int seed = 0; seed < 2; seed++) {
            Solved before = solve(SMALL, seed, threads);
            OrToolsPeer.Exact exact = peer.solve(NotificationInstance.of(SMALL, OPTIONS, seed));
            Solved after = solve(SMALL, seed, threads);
            double seconds = (before.seconds() + after.seconds()) / 2;
            double bound = after.solution().upperBound();
            double dualGap = 100 * (bound / exact.value() - 1);
            double servedGap = 100 - (100 - after.servedPercent()) * bound / exact.value();
            table.row(
                    seed, dualGap, servedGap, seconds, exact.seconds(), exact.seconds() / seconds);
            dual = Math.max(dual, dualGap);
            served = Math.max(served, servedGap);
            times = Math.min(times, exact.seconds() / seconds);
            version = exact.version();
        }
        report.table("against the exact optimum, OR-Tools " + version, table)
                .figure("solver_dual_gap_percent", dual)
                .figure("solver_exact_served_gap_percent", served)
                .figure("ortools_times_as_long", times)
                .check(Check.atMost("dual gap, 20,000 people", dual, "%", DUAL_PERCENT_MAX))
                .check(
                        Check.atMost(
                                "served below the exact optimum, 20,000 people",
                                served,
                                "%",
                                SERVED_PERCENT_MAX))
                .check(Check.atLeast("OR-Tools takes as long", times, "x", TIMES_MIN));
    }

    private static void add(Table table, Solved solved) {
        table.row(
                solved.people(),
                solved.people() * OPTIONS,
                solved.solution().iterations(),
                solved.seconds(),
                solved.nanosPerOption(),
                solved.servedPercent());
    }

    private static Solved solve(int people, long seed, int threads) throws InterruptedException {
        BudgetProblem problem = NotificationInstance.of(people, OPTIONS, seed);
        try (PriceSolver solver = PriceSolver.of(problem, threads)) {
            long start = System.nanoTime();
            PriceSolution solution = solver.solve(SolverSettings.DEFAULT);
            double seconds = (System.nanoTime() - start) / 1e9;
            ServedPlan plan =
                    ServedPlan.serve(problem, solution.prices(), new SplittableRandom(seed));
            double gap = 1 - plan.value() / solution.upperBound();
            return new Solved(people, solution, seconds, 100 * gap);
        }
    }
}
