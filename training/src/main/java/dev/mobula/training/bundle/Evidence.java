package dev.mobula.training.bundle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.mobula.ranking.calibration.Reliability;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.Evaluation;
import dev.mobula.training.TrainingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was measured of a bundle on data it did not learn from.
///
/// @param metrics by name
/// @param calibration expected calibration error of each head
/// @param offPolicy what logs say about it, by estimator
/// @param refusals why the logs cannot tell, when they cannot
/// @param loggedReward what the policy that made the logs earned
public record Evidence(
        Map<String, Double> metrics,
        Map<String, Calibrated> calibration,
        Map<String, Bound> offPolicy,
        List<String> refusals,
        double loggedReward) {
    private static final int METRICS_MAX = 1_000;

    /// Nothing was measured.
    public static final Evidence NONE = new Evidence(Map.of(), Map.of(), Map.of(), List.of(), 0);

    public Evidence {
        metrics = Map.copyOf(metrics);
        calibration = Map.copyOf(calibration);
        offPolicy = Map.copyOf(offPolicy);
        refusals = List.copyOf(refusals);
        if (metrics.size() > METRICS_MAX) {
            throw TrainingException.invalid(
                    "metrics", metrics.size(), "must be at most " + METRICS_MAX);
        }
        metrics.forEach(
                (name, value) -> {
                    if (!Double.isFinite(value)) {
                        throw TrainingException.invalid("metric " + name, value, "must be finite");
                    }
                });
    }

    /// A head's calibration error with its 95 % interval.
    public record Calibrated(double error, double lower, double upper, int observations) {}

    /// A policy's value with its 95 % interval.
    public record Bound(double value, double lower, double upper) {}

    public Evidence withMetrics(Map<String, Double> more) {
        Map<String, Double> all = new HashMap<>(metrics);
        all.putAll(more);
        return new Evidence(all, calibration, offPolicy, refusals, loggedReward);
    }

    public Evidence withCalibration(String head, Reliability measured) {
        Map<String, Calibrated> all = new HashMap<>(calibration);
        all.put(
                head,
                new Calibrated(
                        measured.expectedCalibrationError(),
                        measured.lower(),
                        measured.upper(),
                        measured.observations()));
        return new Evidence(metrics, all, offPolicy, refusals, loggedReward);
    }

    /// Adds what an off-policy evaluation found, or why it refused.
    public Evidence withOffPolicy(Evaluation evaluation, double rewardOfLogs) {
        return switch (evaluation) {
            case Evaluation.Refused refused ->
                    new Evidence(metrics, calibration, Map.of(), refused.reasons(), rewardOfLogs);
            case Evaluation.Answered answered -> {
                Map<String, Bound> bounds = new HashMap<>();
                for (Estimate one : answered.estimates()) {
                    bounds.put(one.estimator(), new Bound(one.value(), one.lower(), one.upper()));
                }
                yield new Evidence(metrics, calibration, bounds, List.of(), rewardOfLogs);
            }
        };
    }

    /// The value of a metric.
    @JsonIgnore
    public Optional<Double> metric(String name) {
        return Optional.ofNullable(metrics.get(name));
    }
}
