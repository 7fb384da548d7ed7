package dev.mobula.ranking.ope;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.List;

/// What the logs say about a policy: an answer, or why there is none.
public sealed interface Evaluation {
    Diagnostics diagnostics();

    /// How well the logs cover the policy.
    ///
    /// @param effectiveSampleSize (sum of weights)^2 / sum of squared weights.
    /// @param meanWeight 1 in expectation; further off than three standard errors, the propensities are wrong.
    /// @param unsupportedMass the policy's average probability of actions that were never logged.
    record Diagnostics(
            int rounds,
            int clusters,
            double effectiveSampleSize,
            double maxWeight,
            double meanWeight,
            double meanWeightError,
            double unsupportedMass) {}

    /// Estimates of the policy's value.
    record Answered(Diagnostics diagnostics, List<Estimate> estimates) implements Evaluation {
        public Answered {
            estimates = List.copyOf(estimates);
        }

        /// The estimate of that name, or a refusal.
        public Estimate of(String estimator) {
            return estimates.stream()
                    .filter(estimate -> estimate.estimator().equals(estimator))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new RankingException(
                                            Code.INVALID_REQUEST,
                                            "no estimator '" + estimator + "'"));
        }
    }

    /// The logs cannot tell.
    record Refused(Diagnostics diagnostics, List<String> reasons) implements Evaluation {
        public Refused {
            reasons = List.copyOf(reasons);
        }
    }
}
