package dev.mobula.training.safety;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/*
 * Minimises |w|^2 / 2 + C * sum of s_i * log(1 + exp(-y_i * (w . x_i + b))) by L-BFGS: the inverse curvature is built
 * from the last ten steps and gradients, the step is halved until it gains enough (Armijo). The bias is not held small.
 * Before, each column is stretched by how differently the classes have it, |log of the ratio of its shares|: what only
 * one class says may weigh much, what both say little, which helps short texts. The weights are handed out unstretched.
 * The problem is convex and the method has no randomness, so the same texts give the same weights.
 *
 * Nocedal and Wright, Numerical Optimization, algorithm 7.4. Wang and Manning, Baselines and Bigrams, 2012.
 */
/// Logistic regression over sparse rows.
final class LogisticFit {
    private static final int HISTORY = 10;
    private static final int HALVINGS_MAX = 20;
    private static final double ARMIJO = 1e-4;
    private static final double TOLERANCE = 1e-3;

    private final SparseRows rows;
    private final boolean[] positive;
    private final double[] costs;
    private final double[] stretch;
    private final double[] stretched;

    private LogisticFit(SparseRows rows, boolean[] positive, double[] costs, double[] stretch) {
        this.rows = rows;
        this.positive = positive;
        this.costs = costs;
        this.stretch = stretch;
        this.stretched = new double[stretch.length];
    }

    /// One step and how the gradient changed along it.
    private record Pair(double[] step, double[] change, double inverse) {}

    /// Weights of the columns, and the bias last.
    ///
    /// @param cost what an error costs against large weights
    /// @param contrast the power of the columns' stretching; 0 for none
    static double[] fit(
            SparseRows rows, boolean[] positive, double cost, double contrast, int stepsMax) {
        int count = 0;
        for (boolean one : positive) {
            count += one ? 1 : 0;
        }
        double[] costs = new double[positive.length];
        for (int i = 0; i < costs.length; i++) {
            double share = (double) Math.max(1, positive[i] ? count : costs.length - count);
            costs[i] = cost * costs.length / (2 * share);
        }
        double[] stretch = contrasts(rows, positive, contrast);
        double[] weights = new LogisticFit(rows, positive, costs, stretch).run(stepsMax);
        for (int i = 0; i < stretch.length; i++) {
            weights[i] *= stretch[i];
        }
        return weights;
    }

    private static double[] contrasts(SparseRows rows, boolean[] positive, double power) {
        double[] up = new double[rows.columns()];
        double[] down = new double[rows.columns()];
        for (int row = 0; row < positive.length; row++) {
            rows.addTo(row, 1, positive[row] ? up : down);
        }
        double upAll = up.length;
        double downAll = down.length;
        for (int i = 0; i < up.length; i++) {
            upAll += up[i];
            downAll += down[i];
        }
        double[] contrasts = new double[up.length];
        for (int i = 0; i < up.length; i++) {
            double ratio = (1 + up[i]) / upAll / ((1 + down[i]) / downAll);
            contrasts[i] = Math.pow(Math.abs(Math.log(ratio)), power);
        }
        return contrasts;
    }

    private double[] run(int stepsMax) {
        int size = rows.columns() + 1;
        double[] weights = new double[size];
        double[] gradient = new double[size];
        double loss = loss(weights, gradient);
        double first = length(gradient);
        Deque<Pair> history = new ArrayDeque<>();
        for (int step = 0; step < stepsMax && length(gradient) > TOLERANCE * first; step++) {
            double[] direction = direction(gradient, history);
            double slope = dot(direction, gradient);
            double size0 = history.isEmpty() ? 1 / Math.max(1, first) : 1;
            double[] next = new double[size];
            double[] nextGradient = new double[size];
            double nextLoss = Double.POSITIVE_INFINITY;
            for (int halving = 0; halving < HALVINGS_MAX; halving++) {
                for (int i = 0; i < size; i++) {
                    next[i] = weights[i] + size0 * direction[i];
                }
                nextLoss = loss(next, nextGradient);
                if (nextLoss <= loss + ARMIJO * size0 * slope) {
                    break;
                }
                size0 /= 2;
            }
            if (!(nextLoss < loss)) {
                break;
            }
            remember(history, weights, next, gradient, nextGradient);
            weights = next;
            gradient = nextGradient;
            loss = nextLoss;
        }
        return weights;
    }

    private double loss(double[] weights, double[] gradient) {
        int bias = weights.length - 1;
        gradient[bias] = 0;
        double loss = 0;
        for (int i = 0; i < bias; i++) {
            loss += weights[i] * weights[i] / 2;
            stretched[i] = weights[i] * stretch[i];
            gradient[i] = 0;
        }
        for (int row = 0; row < positive.length; row++) {
            double margin = rows.dot(row, stretched) + weights[bias];
            double signed = positive[row] ? margin : -margin;
            loss += costs[row] * softplus(-signed);
            double pull = costs[row] / (1 + Math.exp(signed)) * (positive[row] ? -1 : 1);
            rows.addTo(row, pull, gradient);
            gradient[bias] += pull;
        }
        for (int i = 0; i < bias; i++) {
            gradient[i] = weights[i] + stretch[i] * gradient[i];
        }
        return loss;
    }

    private static double softplus(double x) {
        return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    }

    private static double[] direction(double[] gradient, Deque<Pair> history) {
        double[] direction = gradient.clone();
        double[] alphas = new double[history.size()];
        int at = history.size();
        for (Iterator<Pair> newest = history.descendingIterator(); newest.hasNext(); ) {
            Pair pair = newest.next();
            alphas[--at] = pair.inverse * dot(pair.step, direction);
            add(direction, -alphas[at], pair.change);
        }
        if (!history.isEmpty()) {
            Pair last = history.getLast();
            double scale = 1 / (last.inverse * dot(last.change, last.change));
            for (int i = 0; i < direction.length; i++) {
                direction[i] *= scale;
            }
        }
        for (Pair pair : history) {
            double beta = pair.inverse * dot(pair.change, direction);
            add(direction, alphas[at++] - beta, pair.step);
        }
        for (int i = 0; i < direction.length; i++) {
            direction[i] = -direction[i];
        }
        return direction;
    }

    private static void remember(
            Deque<Pair> history,
            double[] weights,
            double[] next,
            double[] gradient,
            double[] nextGradient) {
        double[] step = difference(next, weights);
        double[] change = difference(nextGradient, gradient);
        double curvature = dot(step, change);
        if (curvature > 1e-12) {
            if (history.size() == HISTORY) {
                history.removeFirst();
            }
            history.addLast(new Pair(step, change, 1 / curvature));
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = Arrays.copyOf(a, a.length);
        add(difference, -1, b);
        return difference;
    }

    private static void add(double[] to, double times, double[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += times * what[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double length(double[] vector) {
        return Math.sqrt(dot(vector, vector));
    }
}
