package dev.mobula.ranking.features;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// How a number becomes a model input: a curve, then `(value - mean) / deviation`.
@JsonIgnoreProperties(ignoreUnknown = false)
public record Scaling(Curve curve, float mean, float deviation) {
    /// The number as it is.
    public static final Scaling NONE = new Scaling(Curve.LINEAR, 0f, 1f);

    /// `log(1 + |x|)` with the sign of x: for counts and money.
    public static final Scaling LOG = new Scaling(Curve.LOG, 0f, 1f);

    public Scaling {
        if (!Float.isFinite(mean) || !Float.isFinite(deviation) || deviation <= 0f) {
            throw new RankingException(
                    Code.INVALID_SCHEMA,
                    "scaling mean=" + mean + " deviation=" + deviation + ": must be finite, > 0");
        }
    }

    /// The scaled value.
    public float apply(double value) {
        double curved =
                switch (curve) {
                    case LINEAR -> value;
                    case LOG -> Math.copySign(StrictMath.log1p(Math.abs(value)), value);
                };
        return (float) ((curved - mean) / deviation);
    }

    /// Shape applied before standardising.
    public enum Curve {
        LINEAR,
        LOG
    }
}
