package dev.mobula.training.price;

import java.util.SplittableRandom;
import java.util.function.Supplier;

/// What prices are worth when they are used: people come in random order, each gets the option that is worth most after
/// paying and for which every budget still has room.
///
/// A dual gap says how good prices are on paper. This is what a small one may hide.
///
/// @param value what all chosen options add
/// @param sent how many people got one
public record ServedPlan(double value, int sent) {
    /// Serves everybody once, by fixed prices.
    public static ServedPlan serve(
            BudgetProblem problem, double[] prices, SplittableRandom random) {
        return serve(problem, () -> prices, random, (option, person) -> {});
    }

    /// Is told of everyone who came, in order; the option is -1 when none was taken.
    @FunctionalInterface
    interface Listener {
        void served(int option, int person);
    }

    static ServedPlan serve(
            BudgetProblem problem,
            Supplier<double[]> prices,
            SplittableRandom random,
            Listener listener) {
        double[] left = problem.budget().clone();
        double value = 0;
        int sent = 0;
        int[] order = shuffled(problem.people(), random);
        for (int i = 0; i < order.length; i++) {
            int option = best(problem, order[i], prices.get(), left);
            if (option >= 0) {
                take(problem, option, left);
                value += problem.value()[option];
                sent++;
            }
            listener.served(option, i);
        }
        return new ServedPlan(value, sent);
    }

    private static int best(BudgetProblem problem, int person, double[] prices, double[] left) {
        int best = -1;
        double most = 0;
        for (int o = problem.firstOption()[person]; o < problem.firstOption()[person + 1]; o++) {
            double net = problem.net(o, prices);
            if (net > most && fits(problem, o, left)) {
                most = net;
                best = o;
            }
        }
        return best;
    }

    private static boolean fits(BudgetProblem problem, int option, double[] left) {
        for (int use = problem.firstUse()[option]; use < problem.firstUse()[option + 1]; use++) {
            double amount = problem.amount()[use];
            if (amount > 0 && amount > left[problem.row()[use]]) {
                return false;
            }
        }
        return true;
    }

    private static void take(BudgetProblem problem, int option, double[] left) {
        for (int use = problem.firstUse()[option]; use < problem.firstUse()[option + 1]; use++) {
            left[problem.row()[use]] -= problem.amount()[use];
        }
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }
}
