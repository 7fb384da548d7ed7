package dev.mobula.ranking.calibration;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.List;

/// A non-decreasing map from a head's score to what was observed at that score.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Calibration.Uncalibrated.class, name = "none"),
    @JsonSubTypes.Type(value = Calibration.Temperature.class, name = "temperature"),
    @JsonSubTypes.Type(value = Calibration.Isotonic.class, name = "isotonic")
})
public sealed interface Calibration {
    double apply(double score);

    /// Whether observations stand behind it.
    @JsonIgnore
    default boolean isCalibrated() {
        return true;
    }

    /// The head has no calibration data: scores pass unchanged, and say so.
    record Uncalibrated(String reason) implements Calibration {
        @Override
        public double apply(double score) {
            return score;
        }

        @Override
        @JsonIgnore
        public boolean isCalibrated() {
            return false;
        }
    }

    /// `sigmoid(logit(score) / temperature)`: one parameter, keeps the order.
    record Temperature(double temperature) implements Calibration {
        public Temperature {
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new RankingException(
                        Code.INVALID_MODEL, "temperature=" + temperature + ", must be > 0");
            }
        }

        @Override
        public double apply(double score) {
            return Logit.inverse(Logit.of(score) / temperature);
        }
    }

    /// Straight lines between knots, flat beyond the ends. Scores rise, values never fall.
    record Isotonic(List<Double> scores, List<Double> values) implements Calibration {
        public Isotonic {
            scores = List.copyOf(scores);
            values = List.copyOf(values);
            if (scores.isEmpty() || scores.size() != values.size()) {
                throw new RankingException(
                        Code.INVALID_MODEL,
                        "isotonic: %d scores, %d values".formatted(scores.size(), values.size()));
            }
            for (int i = 1; i < scores.size(); i++) {
                if (!(scores.get(i) > scores.get(i - 1)) || !(values.get(i) >= values.get(i - 1))) {
                    throw new RankingException(Code.INVALID_MODEL, "isotonic: falls at knot " + i);
                }
            }
        }

        @Override
        public double apply(double score) {
            int above = 0;
            int end = scores.size();
            while (above < end) {
                int middle = (above + end) >>> 1;
                if (scores.get(middle) < score) {
                    above = middle + 1;
                } else {
                    end = middle;
                }
            }
            if (above == 0) {
                return values.getFirst();
            }
            if (above == scores.size()) {
                return values.getLast();
            }
            double from = scores.get(above - 1);
            double share = (score - from) / (scores.get(above) - from);
            return values.get(above - 1) + share * (values.get(above) - values.get(above - 1));
        }
    }
}
