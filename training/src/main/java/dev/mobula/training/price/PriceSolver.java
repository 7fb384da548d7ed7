package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/// Finds the prices of shared budgets: the dual of the linear programme that spends them best.
public final class PriceSolver implements AutoCloseable {
    /*
     *   max  sum w_uo x_uo   s.t.  A x <= b,  x_u >= 0,  sum_o x_uo <= 1 for every person u
     *
     * Subtracting g/2 |x|^2 makes the answer to prices l unique and continuous: x_u(l) projects
     * (w_u - A_u' l) / g onto the simplex. The dual's gradient is b - A x(l), and Nesterov's accelerated
     * steps follow it, with the momentum started anew when it points uphill. Three things make it fast:
     * every row is scaled to length one; the step is one over the steepest change of the gradient seen
     * in the last steps; and the smoothing g shrinks from stage to stage, each starting where the one
     * before ended, which is where the gradient has all but vanished. A step costs one pass over the
     * options.
     *
     * For any l >= 0, sum_u max(0, max_o(w_uo - A_uo' l)) + l' b bounds the value of every plan: the
     * certificate that is reported, and by which the best prices seen are kept.
     *
     * [1] Basu, Ghoting, Mazumder, Pan: ECLIPSE. ICML 2020. [2] Ramanath, Keerthi, Pan, Salomatin,
     * Basu: Efficient vertex-oriented polytopic projection for web-scale applications. AAAI 2022.
     * [3] O'Donoghue, Candes: Adaptive restart for accelerated gradient schemes. FoCM 2015.
     */
    private static final int MEMORY = 15;
    private static final int CHECK_EVERY = 20;
    private static final int STEPS_MIN = 10;
    private static final double ARRIVED = 2e-4;

    private final List<DualBlock> blocks;
    private final double[] budget;
    private final double valueScale;
    private final double[] norm;
    private final double[][] loads;
    private final ExecutorService threads;

    private PriceSolver(List<DualBlock> blocks, double[] budget, double valueScale) {
        this.blocks = List.copyOf(blocks);
        this.budget = budget.clone();
        this.valueScale = valueScale;
        this.loads = new double[blocks.size()][budget.length];
        this.norm = new double[budget.length];
        this.threads =
                Executors.newFixedThreadPool(
                        blocks.size(),
                        Thread.ofPlatform().name("price-solver-", 0).daemon().factory());
    }

    /// A solver over blocks, wherever they are; each is asked by a thread of its own.
    ///
    /// @param valueScale about the value of the best option
    public static PriceSolver over(List<DualBlock> blocks, double[] budget, double valueScale) {
        if (blocks.isEmpty() || !(valueScale > 0)) {
            throw invalid(
                    "blocks",
                    blocks.size() + " of value " + valueScale,
                    "must be some, with value");
        }
        return new PriceSolver(blocks, budget, valueScale);
    }

    /// A solver over a problem in this process, split among so many threads.
    public static PriceSolver of(BudgetProblem problem, int blockCount) {
        List<DualBlock> blocks = new ArrayList<>();
        int people = problem.people();
        int count = Math.clamp(blockCount, 1, people);
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) people * i / count);
            int to = (int) ((long) people * (i + 1) / count);
            blocks.add(new LocalBlock(problem, from, to));
        }
        double best = Math.max(1e-12, Arrays.stream(problem.value()).max().orElse(1));
        return over(blocks, problem.budget(), best);
    }

    /// Solves from nothing.
    public PriceSolution solve(SolverSettings settings) throws InterruptedException {
        return solve(settings, new double[budget.length]);
    }

    /// Solves from prices that were right before.
    public PriceSolution solve(SolverSettings settings, double[] start)
            throws InterruptedException {
        if (start.length != budget.length) {
            throw invalid("start prices", start.length, "must be " + budget.length);
        }
        measureRows();
        Ascent ascent = new Ascent(start);
        double smoothing = settings.smoothing() * valueScale;
        for (int stage = 0; stage < settings.stages(); stage++) {
            ascent.beginStage(smoothing);
            for (int i = 0; i < settings.stageIterations() && !ascent.arrived(); i++) {
                ascent.step();
            }
            smoothing *= settings.shrink();
        }
        ascent.check();
        return new PriceSolution(ascent.best, ascent.bestBound, ascent.iterations);
    }

    private void measureRows() throws InterruptedException {
        for (double[] load : loads) {
            Arrays.fill(load, 0);
        }
        all(
                i -> {
                    blocks.get(i).addSquares(loads[i]);
                    return 0;
                });
        for (int r = 0; r < norm.length; r++) {
            double squares = 0;
            for (double[] load : loads) {
                squares += load[r];
            }
            norm[r] = squares > 0 ? Math.sqrt(squares) : 1;
        }
    }

    private double all(ToDoubleFunction<Integer> ask) throws InterruptedException {
        List<Future<Double>> answers = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            int block = i;
            answers.add(threads.submit(() -> ask.applyAsDouble(block)));
        }
        double sum = 0;
        for (Future<Double> answer : answers) {
            try {
                sum += answer.get();
            } catch (ExecutionException failed) {
                throw new IllegalStateException("a block failed", failed.getCause());
            }
        }
        return sum;
    }

    private double bound(double[] prices) throws InterruptedException {
        double bound = all(i -> blocks.get(i).surplus(prices));
        for (int r = 0; r < budget.length; r++) {
            bound += prices[r] * budget[r];
        }
        return bound;
    }

    /// The course of one solution. Vectors here are scaled: price times norm, gradient divided by it.
    private final class Ascent {
        private final int rows = budget.length;
        private double[] point;
        private double[] ahead;
        private final double[] prices = new double[rows];
        private double[] gradient = new double[rows];
        private double[] gradientBefore = new double[rows];
        private double[] aheadBefore = new double[rows];
        private final double[] slopes = new double[MEMORY];
        private int slopesSeen;
        private double smoothing;
        private double step;
        private double momentum = 1;
        private double[] best;
        private double bestBound = Double.POSITIVE_INFINITY;
        private int iterations;

        private Ascent(double[] start) {
            point = new double[rows];
            for (int r = 0; r < rows; r++) {
                point[r] = Math.max(0, start[r]) * norm[r];
            }
            ahead = point.clone();
            best = start.clone();
        }

        private void beginStage(double newSmoothing) {
            smoothing = newSmoothing;
            slopesSeen = 0;
            momentum = 1;
            ahead = point.clone();
            step = newSmoothing / 4;
        }

        private void step() throws InterruptedException {
            gradientAt(ahead);
            if (slopesSeen++ > 0) {
                slopes[slopesSeen % MEMORY] = slope();
                step = 1 / steepest();
            }
            System.arraycopy(gradient, 0, gradientBefore, 0, rows);
            System.arraycopy(ahead, 0, aheadBefore, 0, rows);
            double[] next = new double[rows];
            double uphill = 0;
            for (int r = 0; r < rows; r++) {
                next[r] = Math.max(0, ahead[r] + step * gradient[r]);
                uphill += gradient[r] * (next[r] - point[r]);
            }
            double nextMomentum = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
            double beta = uphill < 0 ? 0 : (1 - momentum) / nextMomentum;
            for (int r = 0; r < rows; r++) {
                ahead[r] = (1 - beta) * next[r] + beta * point[r];
            }
            momentum = uphill < 0 ? 1 : nextMomentum;
            point = next;
            iterations++;
            if (iterations % CHECK_EVERY == 0) {
                check();
            }
        }

        /// Whether what is left of the gradient, where a price could follow it, is small beside the budgets.
        private boolean arrived() {
            double left = 0;
            double whole = 0;
            for (int r = 0; r < rows; r++) {
                boolean follows = gradient[r] > 0 || point[r] > 0;
                left += follows ? gradient[r] * gradient[r] : 0;
                whole += budget[r] / norm[r] * (budget[r] / norm[r]);
            }
            return slopesSeen >= STEPS_MIN && left <= ARRIVED * ARRIVED * whole;
        }

        private void gradientAt(double[] scaled) throws InterruptedException {
            for (int r = 0; r < rows; r++) {
                prices[r] = Math.max(0, scaled[r]) / norm[r];
            }
            all(
                    i -> {
                        Arrays.fill(loads[i], 0);
                        return blocks.get(i).respond(prices, smoothing, loads[i]);
                    });
            for (int r = 0; r < rows; r++) {
                double load = 0;
                for (double[] part : loads) {
                    load += part[r];
                }
                gradient[r] = (load - budget[r]) / norm[r];
            }
        }

        private double slope() {
            double moved = 0;
            double changed = 0;
            for (int r = 0; r < rows; r++) {
                double dy = ahead[r] - aheadBefore[r];
                double dg = gradient[r] - gradientBefore[r];
                moved += dy * dy;
                changed += dg * dg;
            }
            return moved > 0 ? Math.sqrt(changed / moved) : 0;
        }

        private double steepest() {
            double steepest = 1e-3 / smoothing;
            for (int i = 0; i < Math.min(MEMORY, slopesSeen); i++) {
                steepest = Math.max(steepest, slopes[i]);
            }
            return steepest;
        }

        private void check() throws InterruptedException {
            double[] now = new double[rows];
            for (int r = 0; r < rows; r++) {
                now[r] = point[r] / norm[r];
            }
            double bound = bound(now);
            if (bound < bestBound) {
                bestBound = bound;
                best = now;
            }
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
