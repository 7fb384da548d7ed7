package dev.mobula.ranking.safety;

import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.retrieval.canonical.Canonical;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A model of text with one or more heads, calibrated, with the score from which each head acts.
///
/// Many threads may use one, each with a scratch of its own.
public sealed interface TextModel permits NgramModel, StackedModel {
    /// Names the model in replies.
    String version();

    /// What each head finds.
    List<String> heads();

    Calibrators calibrators();

    /// Operating points by head.
    Map<String, OperatingPoint> points();

    /// The place to count in that one thread needs.
    Ngrams scratch();

    /// Log odds of a canonical text before calibration, a head each.
    void margins(CharSequence text, Ngrams scratch, double[] margins);

    /// The same model with calibrations and operating points.
    TextModel with(Calibrators newCalibrators, Map<String, OperatingPoint> newPoints);

    /// A head's calibrated score of log odds.
    default double calibrated(int head, double margin) {
        return calibrators().of(heads().get(head)).apply(1 / (1 + Math.exp(-margin)));
    }

    /// Calibrated scores of a text, a head each: the highest over what it may be read as.
    default double[] score(Canonical text, Ngrams scratch) {
        double[] scores = new double[heads().size()];
        Arrays.fill(scores, Double.NEGATIVE_INFINITY);
        double[] margins = new double[scores.length];
        for (Canonical reading : text.readings()) {
            margins(reading.text(), scratch, margins);
            for (int head = 0; head < scores.length; head++) {
                scores[head] = Math.max(scores[head], margins[head]);
            }
        }
        for (int head = 0; head < scores.length; head++) {
            scores[head] = calibrated(head, scores[head]);
        }
        return scores;
    }
}
