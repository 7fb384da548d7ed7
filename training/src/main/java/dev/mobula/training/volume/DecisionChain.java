package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

/// Decisions about people, one after the other, as they were logged: what was known, what was done, and what came of it.
///
/// A person's decisions lie together in the order of time. The arrays are owned and must not be changed.
///
/// @param actions how many there are
/// @param states what was known
/// @param action what was done
/// @param propensity with which probability
/// @param reward what came of it before the next decision
/// @param ended it was the last one, because the person turned messages off
/// @param users whose it was
@SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
public record DecisionChain(
        int actions,
        double[][] states,
        int[] action,
        double[] propensity,
        double[] reward,
        boolean[] ended,
        long[] users) {
    public DecisionChain {
        int rows = states.length;
        if (rows == 0
                || action.length != rows
                || propensity.length != rows
                || reward.length != rows
                || ended.length != rows
                || users.length != rows) {
            throw invalid("decisions", rows, "must be some, and all columns alike");
        }
        for (int row = 0; row < rows; row++) {
            if (!(propensity[row] > 0 && propensity[row] <= 1)) {
                throw invalid(
                        "decision " + row + " propensity", propensity[row], "must be in (0, 1]");
            }
            if (action[row] < 0 || action[row] >= actions) {
                throw invalid("decision " + row + " action", action[row], "of " + actions);
            }
            if (!Double.isFinite(reward[row])) {
                throw invalid("decision " + row + " reward", reward[row], "must be a number");
            }
        }
    }

    public int size() {
        return states.length;
    }

    public int width() {
        return states[0].length;
    }

    /// Whether the next row is the same person's next decision.
    public boolean continues(int row) {
        return !ended[row] && row + 1 < size() && users[row] == users[row + 1];
    }

    /// What came of each decision and of those after it, each later one counting less.
    public double[] returns(double discount) {
        double[] returns = reward.clone();
        for (int row = size() - 2; row >= 0; row--) {
            if (continues(row)) {
                returns[row] += discount * returns[row + 1];
            }
        }
        return returns;
    }
}
