package dev.mobula.training.bundle;

import dev.mobula.training.settings.Settings;
import java.util.Locale;
import java.util.Optional;

/// One condition of promotion.
public sealed interface Gate {
    /// Why the candidate does not pass, or nothing.
    ///
    /// @param promoted the evidence of what is promoted now
    Optional<String> reason(Evidence candidate, Optional<Evidence> promoted);

    /// A metric within bounds.
    record Metric(String metric, double min, double max) implements Gate {
        @Override
        public Optional<String> reason(Evidence candidate, Optional<Evidence> promoted) {
            Optional<Double> value = candidate.metric(metric);
            if (value.isEmpty()) {
                return Optional.of("metric " + metric + " was not measured");
            }
            return value.get() >= min && value.get() <= max
                    ? Optional.empty()
                    : Optional.of(
                            text(
                                    "metric %s is %s, must be in %s..%s",
                                    metric, value.get(), min, max));
        }
    }

    /// A metric not worse than the promoted bundle's by more than a margin. Nothing promoted passes all.
    record NoWorse(String metric, boolean higherIsBetter, double margin) implements Gate {
        @Override
        public Optional<String> reason(Evidence candidate, Optional<Evidence> promoted) {
            Optional<Double> before = promoted.flatMap(evidence -> evidence.metric(metric));
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Optional<Double> value = candidate.metric(metric);
            if (value.isEmpty()) {
                return Optional.of("metric " + metric + " was not measured");
            }
            double gain = higherIsBetter ? value.get() - before.get() : before.get() - value.get();
            return gain >= -margin
                    ? Optional.empty()
                    : Optional.of(
                            text(
                                    "metric %s is %s, the promoted bundle has %s and at most %s less is allowed",
                                    metric, value.get(), before.get(), margin));
        }
    }

    /// The lower bound of the value that logs give the policy is above what the logs earned, plus a margin.
    record OffPolicy(String estimator, double margin) implements Gate {
        @Override
        public Optional<String> reason(Evidence candidate, Optional<Evidence> promoted) {
            if (!candidate.refusals().isEmpty()) {
                return Optional.of(
                        "the logs cannot tell its value: "
                                + String.join("; ", candidate.refusals()));
            }
            Evidence.Bound bound = candidate.offPolicy().get(estimator);
            if (bound == null) {
                return Optional.of("no off-policy estimate " + estimator);
            }
            double wanted = candidate.loggedReward() + margin;
            return bound.lower() >= wanted
                    ? Optional.empty()
                    : Optional.of(
                            text(
                                    "off-policy lower bound (%s) is %s, must be %s or more: the logs earned %s",
                                    estimator, bound.lower(), wanted, candidate.loggedReward()));
        }
    }

    /// Every head, or the named one, is calibrated within an error.
    record Calibration(String head, double errorMax) implements Gate {
        /// Stands for all heads.
        static final String ALL = "all";

        @Override
        public Optional<String> reason(Evidence candidate, Optional<Evidence> promoted) {
            if (candidate.calibration().isEmpty()
                    || (!head.equals(ALL) && !candidate.calibration().containsKey(head))) {
                return Optional.of("the calibration of head " + head + " was not measured");
            }
            return candidate.calibration().entrySet().stream()
                    .filter(entry -> head.equals(ALL) || entry.getKey().equals(head))
                    .filter(entry -> !(entry.getValue().error() <= errorMax))
                    .map(
                            entry ->
                                    text(
                                            "calibration error of head %s is %s, must be at most %s",
                                            entry.getKey(), entry.getValue().error(), errorMax))
                    .sorted()
                    .findFirst();
        }
    }

    private static String text(String form, Object... values) {
        Object[] shown = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            shown[i] =
                    values[i] instanceof Double number
                            ? String.format(Locale.ROOT, "%.5g", number)
                            : values[i];
        }
        return String.format(Locale.ROOT, form, shown);
    }

    /// Reads one gate: `{metric: …, min: …, max: …}`, `{no-worse: …, margin: …}`, `{off-policy: DR, margin: …}` or
    /// `{calibration: all, max: …}`.
    static Gate of(Settings settings) {
        double huge = Double.MAX_VALUE;
        if (settings.has("metric")) {
            if (!settings.has("min") && !settings.has("max")) {
                throw settings.refusal("metric", "needs min or max");
            }
            return new Metric(
                    settings.text("metric"),
                    settings.number("min", -huge, huge, Double.NEGATIVE_INFINITY),
                    settings.number("max", -huge, huge, Double.POSITIVE_INFINITY));
        }
        if (settings.has("no-worse")) {
            return new NoWorse(
                    settings.text("no-worse"),
                    settings.flag("higher-is-better", true),
                    settings.number("margin", 0, huge, 0));
        }
        if (settings.has("off-policy")) {
            return new OffPolicy(
                    settings.text("off-policy"), settings.number("margin", -huge, huge, 0));
        }
        return new Calibration(settings.text("calibration"), settings.number("max", 0, 1));
    }
}
