package dev.mobula.ranking.exploration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/*
 * Yancey and Settles, A Sleeping, Recovering Bandit Algorithm for Optimizing Recurring Notifications, 2020. An arm's
 * score is the relative difference that choosing it made, s = (mu+ - mu-) / mu-, where mu+ is the importance-weighted
 * reward when it was chosen and mu- the one when it was eligible and not chosen. A user who has just seen an arm is
 * tired of it: s* = s - fatigue * 0.5^(days since / half-life). Eligible arms are drawn with weight exp(s* / T).
 */
/// Chooses among templates or contents that wear off and recover.
public record RecoveringSoftmax(double temperature, double fatigue, double halfLifeDays) {
    /// Says that a user has never seen an arm.
    public static final double NEVER = Double.POSITIVE_INFINITY;

    public RecoveringSoftmax {
        if (!(temperature > 0) || !(fatigue >= 0) || !(halfLifeDays > 0)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "temperature=%s fatigue=%s halfLifeDays=%s"
                            .formatted(temperature, fatigue, halfLifeDays));
        }
    }

    /// The distribution over the eligible arms.
    ///
    /// @param effects what each arm's choice changed, relative to not choosing it.
    /// @param daysSince days since this user last saw each arm, [#NEVER] for none.
    public ArmDistribution distribution(long[] arms, double[] effects, double[] daysSince) {
        double[] weights = new double[arms.length];
        double best = Double.NEGATIVE_INFINITY;
        for (int arm = 0; arm < arms.length; arm++) {
            double tired = fatigue * Math.pow(0.5, daysSince[arm] / halfLifeDays);
            weights[arm] = (effects[arm] - tired) / temperature;
            best = Math.max(best, weights[arm]);
        }
        for (int arm = 0; arm < arms.length; arm++) {
            weights[arm] = Math.exp(weights[arm] - best);
        }
        return ArmDistribution.normalised(arms, weights);
    }

    /// Rewards of one arm, each weighted by one over the probability of what happened.
    ///
    /// @param chosenReward sum of reward / P(chosen) over rounds where it was chosen, and the sum of those weights.
    /// @param passedReward the same over rounds where it was eligible and passed over.
    public record Effect(
            double chosenReward, double chosenWeight, double passedReward, double passedWeight) {
        public static final Effect NONE = new Effect(0, 0, 0, 0);

        /// After a round in which the arm was eligible and would have been chosen with a probability.
        public Effect after(boolean chosen, double probability, double reward) {
            double weight = 1 / (chosen ? probability : 1 - probability);
            return chosen
                    ? new Effect(
                            chosenReward + weight * reward,
                            chosenWeight + weight,
                            passedReward,
                            passedWeight)
                    : new Effect(
                            chosenReward,
                            chosenWeight,
                            passedReward + weight * reward,
                            passedWeight + weight);
        }

        /// The relative difference, 0 while either side is unknown.
        public double value() {
            if (chosenWeight == 0 || passedWeight == 0 || passedReward == 0) {
                return 0;
            }
            double passed = passedReward / passedWeight;
            return (chosenReward / chosenWeight - passed) / passed;
        }
    }
}
