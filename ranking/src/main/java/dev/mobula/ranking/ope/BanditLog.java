package dev.mobula.ranking.ope;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// Logged rounds in columns: what was known, which action was drawn with which probability, and what it earned.
///
/// @param actionCount actions are numbered from 0.
/// @param clusters whose round it was: rounds of one user are not independent.
/// @param contexts what was known, row by row; may be empty rows.
@SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
public record BanditLog(
        int actionCount,
        int[] actions,
        double[] propensities,
        double[] rewards,
        long[] clusters,
        double[][] contexts) {
    public BanditLog {
        int n = actions.length;
        if (n == 0
                || propensities.length != n
                || rewards.length != n
                || clusters.length != n
                || contexts.length != n) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "log columns of %d, %d, %d, %d and %d rounds"
                            .formatted(
                                    n,
                                    propensities.length,
                                    rewards.length,
                                    clusters.length,
                                    contexts.length));
        }
        for (int round = 0; round < n; round++) {
            if (!(propensities[round] > 0 && propensities[round] <= 1)) {
                throw invalid(round, "propensity " + propensities[round]);
            }
            if (actions[round] < 0 || actions[round] >= actionCount) {
                throw invalid(round, "action " + actions[round] + " of " + actionCount);
            }
            if (!Double.isFinite(rewards[round])) {
                throw invalid(round, "reward " + rewards[round]);
            }
        }
    }

    private static RankingException invalid(int round, String what) {
        return new RankingException(Code.INVALID_REQUEST, "round " + round + ": " + what);
    }

    public int rounds() {
        return actions.length;
    }

    public double meanReward() {
        double sum = 0;
        for (double reward : rewards) {
            sum += reward;
        }
        return sum / rewards.length;
    }
}
