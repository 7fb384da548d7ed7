package dev.mobula.training.safety;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/*
 * Minimises |w|^2 / 2 + C * sum of s_i * (log(1 + exp(m_i)) - t_i * m_i), m_i = w . x_i + b by L-BFGS: the inverse curvature is built
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
    private final double[] targets;
    private final double[] costs;
    private final double[] stretch;
    private final double[] stretched;

    private LogisticFit(SparseRows rows, double[] targets, double[] costs, double[] stretch) {
        this.rows = rows;
        this.targets = targets;
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
            SparseRows rows, double[] targets, double cost, double contrast, int stepsMax) {
        double[] costs = costs(targets);
        for (int i = 0; i < costs.length; i++) {
            costs[i] *= cost;
        }
        double[] stretch = contrasts(rows, targets, contrast);
        double[] weights = new LogisticFit(rows, targets, costs, stretch).run(stepsMax);
        for (int i = 0; i < stretch.length; i++) {
            weights[i] *= stretch[i];
        }
        return weights;
    }

    /// What an error on each text costs, so that both sides weigh the same; nothing where the target is not known.
    static double[] costs(double[] targets) {
        double known = 0;
        double up = 0;
        for (double target : targets) {
            known += Double.isNaN(target) ? 0 : 1;
            up += Double.isNaN(target) ? 0 : target;
        }
        double[] costs = new double[targets.length];
        for (int i = 0; i < costs.length; i++) {
            double ofUp = known / (2 * Math.max(1, up));
            double ofDown = known / (2 * Math.max(1, known - up));
            boolean unknown = Double.isNaN(targets[i]);
            costs[i] = unknown ? 0 : targets[i] * ofUp + (1 - targets[i]) * ofDown;
        }
        return costs;
    }

    private static double[] contrasts(SparseRows rows, double[] targets, double power) {
        double[] up = new double[rows.columns()];
        double[] down = new double[rows.columns()];
        for (int row = 0; row < targets.length; row++) {
            if (!Double.isNaN(targets[row])) {
                rows.addTo(row, targets[row], up);
                rows.addTo(row, 1 - targets[row], down);
            }
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
        for (int row = 0; row < targets.length; row++) {
            if (costs[row] == 0) {
                continue;
            }
            double margin = rows.dot(row, stretched) + weights[bias];
            loss += costs[row] * (softplus(margin) - targets[row] * margin);
            double pull = costs[row] * (1 / (1 + Math.exp(-margin)) - targets[row]);
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
