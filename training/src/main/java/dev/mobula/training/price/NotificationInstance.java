package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Makes problems shaped as notifications are: people who differ, types, channels and segments with budgets, and a rate of
/// complaints to stay below.
///
/// Every message counts one in its type, its channel and its person's segment; an e-mail also adds what its chance of a
/// complaint exceeds the target by. Budgets are a part of what everybody's best message would take.
public final class NotificationInstance {
    public static final int TYPES = 40;
    public static final int CHANNELS = 3;
    public static final int SEGMENTS = 10;
    public static final int ROWS = TYPES + CHANNELS + SEGMENTS + 1;

    private static final int EMAIL = 1;
    private static final double COMPLAINT_TARGET = 0.0008;
    private static final double BUDGET_PART = 0.4;
    private static final int USES_MAX = 4;

    private NotificationInstance() {}

    /// A problem of so many people with so many options each.
    public static BudgetProblem of(int people, int optionsEach, long seed) {
        if (people < 1 || optionsEach < 1 || (long) people * optionsEach > 100_000_000) {
            throw invalid("options", people + " x " + optionsEach, "must be 1 to 100000000");
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] typeValue = random.doubles(TYPES, 0.3, 1.7).toArray();
        int options = people * optionsEach;
        int[] firstOption = new int[people + 1];
        int[] firstUse = new int[options + 1];
        double[] value = new double[options];
        int[] row = new int[options * USES_MAX];
        double[] amount = new double[options * USES_MAX];
        double[] greedy = new double[ROWS];
        int uses = 0;
        for (int person = 0; person < people; person++) {
            int segment = random.nextInt(SEGMENTS);
            double responsive = Math.exp(0.6 * random.nextGaussian());
            int best = person * optionsEach;
            for (int o = best; o < (person + 1) * optionsEach; o++) {
                int type = random.nextInt(TYPES);
                int channel = random.nextInt(CHANNELS);
                value[o] = 0.05 * typeValue[type] * responsive * -Math.log(random.nextDouble());
                row[uses] = type;
                row[uses + 1] = TYPES + channel;
                row[uses + 2] = TYPES + CHANNELS + segment;
                amount[uses] = 1;
                amount[uses + 1] = 1;
                amount[uses + 2] = 1;
                uses += 3;
                if (channel == EMAIL) {
                    row[uses] = ROWS - 1;
                    amount[uses++] = 0.0016 * -Math.log(random.nextDouble()) - COMPLAINT_TARGET;
                }
                firstUse[o + 1] = uses;
                best = value[o] > value[best] ? o : best;
            }
            firstOption[person + 1] = (person + 1) * optionsEach;
            for (int use = firstUse[best]; use < firstUse[best + 1]; use++) {
                greedy[row[use]] += amount[use];
            }
        }
        return new BudgetProblem(
                firstOption,
                value,
                firstUse,
                Arrays.copyOf(row, uses),
                Arrays.copyOf(amount, uses),
                budgets(greedy));
    }

    private static double[] budgets(double[] greedy) {
        double[] budget = new double[ROWS];
        for (int r = 0; r < ROWS - 1; r++) {
            budget[r] = Math.max(1, Math.floor(BUDGET_PART * greedy[r]));
        }
        return budget;
    }
}
