package dev.mobula.training.price;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.util.Arrays;

/// Who could be sent what, what each message is worth, and which shared budgets it uses.
///
/// Each person takes at most one option. Option `o` of person `u` lies between `firstOption[u]` and `firstOption[u + 1]`,
/// its uses between `firstUse[o]` and `firstUse[o + 1]`. The arrays are owned and must not be changed.
///
/// @param value what each option adds
/// @param row the budget of each use
/// @param amount how much of it is used; negative when an option makes room, as messages below a target rate do
/// @param budget how much there is of each row
public record BudgetProblem(
        int[] firstOption,
        double[] value,
        int[] firstUse,
        int[] row,
        double[] amount,
        double[] budget) {

    public BudgetProblem {
        require(firstOption.length >= 2, "people", firstOption.length - 1);
        require(firstOption[firstOption.length - 1] == value.length, "options", value.length);
        require(firstUse.length == value.length + 1, "firstUse", firstUse.length);
        require(firstUse[value.length] == row.length, "uses", row.length);
        require(amount.length == row.length, "amounts", amount.length);
        require(increases(firstOption), "firstOption", "decreases");
        require(increases(firstUse), "firstUse", "decreases");
        require(Arrays.stream(value).allMatch(Double::isFinite), "value", "not finite");
        require(Arrays.stream(amount).allMatch(Double::isFinite), "amount", "not finite");
        require(Arrays.stream(budget).allMatch(b -> b >= 0), "budget", "negative");
        for (int r : row) {
            require(r >= 0 && r < budget.length, "row", r);
        }
    }

    private static boolean increases(int[] first) {
        for (int i = 1; i < first.length; i++) {
            if (first[i] < first[i - 1]) {
                return false;
            }
        }
        return first[0] == 0;
    }

    private static void require(boolean holds, String field, Object found) {
        if (!holds) {
            throw new TrainingException(
                    Code.INVALID_INPUT, "budget problem " + field + "=" + found);
        }
    }

    public int people() {
        return firstOption.length - 1;
    }

    public int options() {
        return value.length;
    }

    public int rows() {
        return budget.length;
    }

    /// The same people and options with other budgets.
    public BudgetProblem withBudget(double[] other) {
        return new BudgetProblem(firstOption, value, firstUse, row, amount, other);
    }

    /// Some of the people, with the same budgets.
    public BudgetProblem ofPeople(int from, int to) {
        require(from >= 0 && from < to && to <= people(), "people", from + ".." + to);
        int[] options = part(firstOption, from, to);
        int o = firstOption[from];
        int p = firstOption[to];
        int[] uses = part(firstUse, o, p);
        return new BudgetProblem(
                options,
                Arrays.copyOfRange(value, o, p),
                uses,
                Arrays.copyOfRange(row, firstUse[o], firstUse[p]),
                Arrays.copyOfRange(amount, firstUse[o], firstUse[p]),
                budget);
    }

    private static int[] part(int[] first, int from, int to) {
        int[] part = Arrays.copyOfRange(first, from, to + 1);
        int base = part[0];
        Arrays.setAll(part, i -> part[i] - base);
        return part;
    }

    /// What an option is worth after paying for what it uses.
    double net(int option, double[] prices) {
        double net = value[option];
        for (int use = firstUse[option]; use < firstUse[option + 1]; use++) {
            net -= prices[row[use]] * amount[use];
        }
        return net;
    }

    /// What the best option of one person is worth after paying, 0 when none is worth anything.
    public double bestNet(int person, double[] prices) {
        double best = 0;
        for (int o = firstOption[person]; o < firstOption[person + 1]; o++) {
            best = Math.max(best, net(o, prices));
        }
        return best;
    }

    /// No way of spending the budgets is worth more than this, whatever the prices: how good they are needs no exact
    /// solution.
    public double upperBound(double[] prices) {
        double bound = 0;
        for (int r = 0; r < rows(); r++) {
            bound += prices[r] * budget[r];
        }
        for (int person = 0; person < people(); person++) {
            bound += bestNet(person, prices);
        }
        return bound;
    }
}
