package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibrators;
import java.util.List;
import java.util.Map;

/*
 * A head's margin is a bias plus, for characters and words each, the sum of (1 + ln count) * rarity * weight over the
 * text's buckets divided by the length of that vector without the weights: logistic regression on TF-IDF, hashed. One
 * row of the table holds a bucket's rarity and then a weight per head, so a bucket costs one memory access. A rarity of
 * zero means that the bucket was not seen often enough in training.
 */
/// A linear model of a text's n-grams with one or more heads, and what its scores mean.
///
/// @param version names the model in replies
/// @param heads what each head finds
/// @param table rows of `1 + heads` numbers, owned
/// @param biases one per head, owned
/// @param points operating points by head
@SuppressWarnings("ArrayRecordComponent") // the model's own tables, never handed out changed
public record NgramModel(
        String version,
        List<String> heads,
        int bits,
        float[] table,
        double[] biases,
        Calibrators calibrators,
        Map<String, OperatingPoint> points)
        implements TextModel {
    /// The most heads.
    public static final int HEADS_MAX = 64;

    public NgramModel {
        heads = List.copyOf(heads);
        points = Map.copyOf(points);
        if (heads.isEmpty() || heads.size() > HEADS_MAX) {
            throw new RankingException(
                    Code.INVALID_MODEL, "heads=" + heads.size() + ", must be 1.." + HEADS_MAX);
        }
        long rows = (long) Ngrams.buckets(bits) * (1 + heads.size());
        if (table.length != rows || biases.length != heads.size()) {
            throw new RankingException(
                    Code.INVALID_WEIGHTS,
                    "table of %d numbers and %d biases for %d bits and %d heads"
                            .formatted(table.length, biases.length, bits, heads.size()));
        }
        for (String head : points.keySet()) {
            if (!heads.contains(head)) {
                throw new RankingException(
                        Code.INVALID_MODEL, "operating point of '" + head + "', heads: " + heads);
            }
        }
    }

    @Override
    public Ngrams scratch() {
        return new Ngrams(bits);
    }

    @Override
    public void margins(CharSequence text, Ngrams scratch, double[] margins) {
        scratch.read(text);
        margins(scratch, margins);
    }

    /// Log odds of the text that was counted.
    void margins(Ngrams scratch, double[] margins) {
        System.arraycopy(biases, 0, margins, 0, margins.length);
        add(scratch, 0, scratch.chars(), margins);
        add(scratch, scratch.chars(), scratch.size(), margins);
    }

    private void add(Ngrams grams, int from, int to, double[] margins) {
        int width = 1 + heads.size();
        double length = 0;
        if (width == 2) {
            double sum = 0;
            for (int i = from; i < to; i++) {
                int row = grams.bucket(i) << 1;
                float value = grams.weight(i) * table[row];
                length += value * value;
                sum += value * table[row + 1];
            }
            margins[0] += length > 0 ? sum / Math.sqrt(length) : 0;
            return;
        }
        double[] sums = new double[margins.length];
        for (int i = from; i < to; i++) {
            int row = grams.bucket(i) * width;
            float value = grams.weight(i) * table[row];
            length += value * value;
            for (int head = 0; value != 0 && head < sums.length; head++) {
                sums[head] += value * table[row + 1 + head];
            }
        }
        for (int head = 0; length > 0 && head < sums.length; head++) {
            margins[head] += sums[head] / Math.sqrt(length);
        }
    }

    @Override
    public NgramModel with(Calibrators newCalibrators, Map<String, OperatingPoint> newPoints) {
        return new NgramModel(version, heads, bits, table, biases, newCalibrators, newPoints);
    }
}
