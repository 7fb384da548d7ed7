package dev.mobula.training.price;

/// A range of the people of a problem in this process.
final class LocalBlock implements DualBlock {
    private final BudgetProblem problem;
    private final int from;
    private final int to;
    private double[] scaled = new double[16];
    private double[] sorted = new double[16];

    LocalBlock(BudgetProblem problem, int from, int to) {
        this.problem = problem;
        this.from = from;
        this.to = to;
    }

    @Override
    public double respond(double[] prices, double smoothing, double[] load) {
        double worth = 0;
        for (int person = from; person < to; person++) {
            worth += respondOne(person, prices, smoothing, load);
        }
        return worth;
    }

    /// The shares that maximise net value minus smoothing / 2 times their squares: a projection onto the simplex.
    private double respondOne(int person, double[] prices, double smoothing, double[] load) {
        int first = problem.firstOption()[person];
        int count = problem.firstOption()[person + 1] - first;
        if (scaled.length < count) {
            scaled = new double[2 * count];
            sorted = new double[2 * count];
        }
        double top = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        int best = -1;
        double positive = 0;
        for (int i = 0; i < count; i++) {
            double v = problem.net(first + i, prices) / smoothing;
            scaled[i] = v;
            positive += Math.max(0, v);
            if (v > top) {
                second = top;
                top = v;
                best = i;
            } else if (v > second) {
                second = v;
            }
        }
        if (!(top > 0)) {
            return 0;
        }
        if (positive > 1 && top - Math.max(0, second) >= 1) {
            take(first + best, 1, load);
            return smoothing * (top - 0.5);
        }
        double threshold = positive > 1 ? threshold(count) : 0;
        double worth = 0;
        for (int i = 0; i < count; i++) {
            double share = scaled[i] - threshold;
            if (share > 0) {
                take(first + i, share, load);
                worth += share * (scaled[i] - share / 2);
            }
        }
        return smoothing * worth;
    }

    /// What to take off every share so that those above zero add up to one.
    private double threshold(int count) {
        int positive = 0;
        for (int i = 0; i < count; i++) {
            if (scaled[i] > 0) {
                int at = positive++;
                while (at > 0 && sorted[at - 1] < scaled[i]) {
                    sorted[at] = sorted[at - 1];
                    at--;
                }
                sorted[at] = scaled[i];
            }
        }
        double sum = 0;
        double threshold = 0;
        for (int i = 0; i < positive; i++) {
            sum += sorted[i];
            double candidate = (sum - 1) / (i + 1);
            if (sorted[i] <= candidate) {
                break;
            }
            threshold = candidate;
        }
        return threshold;
    }

    private void take(int option, double share, double[] load) {
        for (int use = problem.firstUse()[option]; use < problem.firstUse()[option + 1]; use++) {
            load[problem.row()[use]] += share * problem.amount()[use];
        }
    }

    @Override
    public double surplus(double[] prices) {
        double sum = 0;
        for (int person = from; person < to; person++) {
            double best = 0;
            for (int o = problem.firstOption()[person];
                    o < problem.firstOption()[person + 1];
                    o++) {
                best = Math.max(best, problem.net(o, prices));
            }
            sum += best;
        }
        return sum;
    }

    @Override
    public void addSquares(double[] squares) {
        int first = problem.firstUse()[problem.firstOption()[from]];
        int last = problem.firstUse()[problem.firstOption()[to]];
        for (int use = first; use < last; use++) {
            double amount = problem.amount()[use];
            squares[problem.row()[use]] += amount * amount;
        }
    }
}
