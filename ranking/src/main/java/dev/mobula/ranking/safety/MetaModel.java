package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibration;
import java.util.List;
import java.util.Map;

/*
 * Log odds of each score between 0 and 1, weighed, none against, and an isotonic map at the end. A score that is not
 * there counts as its mean over the training rows: it neither accuses nor clears.
 */
/// One probability from what different judges say of the same: the text, its actor, its campaign, the graph.
///
/// @param inputs the judges' names
/// @param means of their log odds
/// @param weights one per judge, not negative
public record MetaModel(
        String version,
        List<String> inputs,
        List<Double> means,
        List<Double> weights,
        double shift,
        Calibration calibration) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final double EDGE = 1e-6;

    public MetaModel {
        inputs = List.copyOf(inputs);
        means = List.copyOf(means);
        weights = List.copyOf(weights);
        if (inputs.isEmpty()
                || inputs.size() != means.size()
                || inputs.size() != weights.size()
                || weights.stream().anyMatch(weight -> !(weight >= 0))) {
            throw new RankingException(
                    Code.INVALID_MODEL,
                    "inputs=%s, weights=%s: one each, not negative".formatted(inputs, weights));
        }
    }

    /// A score's log odds, kept away from certainty.
    public static double odds(double score) {
        double p = Math.clamp(score, EDGE, 1 - EDGE);
        return Math.log(p / (1 - p));
    }

    /// The probability from scores by name; others than the inputs count nothing.
    public double score(Map<String, Double> scores) {
        return calibration.apply(1 / (1 + Math.exp(-margin(scores))));
    }

    /// Log odds before calibration.
    public double margin(Map<String, Double> scores) {
        double sum = shift;
        for (int i = 0; i < inputs.size(); i++) {
            double score = scores.getOrDefault(inputs.get(i), Double.NaN);
            sum += weights.get(i) * (Double.isNaN(score) ? means.get(i) : odds(score));
        }
        return sum;
    }

    /// The same weights with a calibration.
    public MetaModel with(Calibration other) {
        return new MetaModel(version, inputs, means, weights, shift, other);
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a model has JSON", cause);
        }
    }

    /// Reads what [#toJson] wrote.
    public static MetaModel parse(String json) {
        try {
            return JSON.readValue(json, MetaModel.class);
        } catch (JsonProcessingException bad) {
            throw new RankingException(
                    Code.INVALID_MODEL, "meta-model: " + bad.getOriginalMessage(), bad);
        }
    }
}
