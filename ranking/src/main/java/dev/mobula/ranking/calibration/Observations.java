package dev.mobula.ranking.calibration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// Scores and what happened: `labels[i]` is 1 or 0, or any quantity for a head that is no probability. Owned arrays.
@SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
public record Observations(double[] scores, double[] labels) {
    public Observations {
        if (scores.length != labels.length) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "%d scores, %d labels".formatted(scores.length, labels.length));
        }
        for (int i = 0; i < scores.length; i++) {
            if (!Double.isFinite(scores[i]) || !Double.isFinite(labels[i])) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "observation %d: score %s, label %s".formatted(i, scores[i], labels[i]));
            }
        }
    }

    public int size() {
        return scores.length;
    }
}
