package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/*
 * A text is the sum of its n-grams' embeddings, each weighed by (1 + ln count) * rarity, characters and words apart and
 * each part of length one before the embeddings, as in the linear model. One hidden layer with rectifiers, one output
 * per head: n-grams that mean the same share what was learnt of either (Joulin et al. 2016, Iyyer et al. 2015). A row of
 * the table is a bucket's rarity and then its embedding.
 */
/// A bag of hashed n-gram embeddings under a small network with one or more heads.
///
/// @param table rows of `1 + width` numbers, owned
/// @param inner weights of the hidden layer, unit after unit, owned
/// @param outer weights of the heads, head after head, owned
@SuppressWarnings("ArrayRecordComponent") // the model's own tables, never handed out changed
public record BagModel(
        int bits,
        int width,
        int hidden,
        float[] table,
        float[] inner,
        float[] innerBias,
        float[] outer,
        float[] outerBias) {
    public BagModel {
        if (width < 1 || width > 512 || hidden < 1 || hidden > 512) {
            throw new RankingException(
                    Code.INVALID_MODEL, "width=" + width + ", hidden=" + hidden + ", at most 512");
        }
        boolean fits =
                table.length == (long) Ngrams.buckets(bits) * (1 + width)
                        && inner.length == hidden * width
                        && innerBias.length == hidden
                        && outer.length == hidden * outerBias.length;
        if (!fits) {
            throw new RankingException(Code.INVALID_WEIGHTS, "bag: tables of other sizes");
        }
    }

    /// The text's place before the hidden layer.
    public float[] embed(Ngrams grams) {
        float[] sum = new float[width];
        embed(grams, 0, grams.chars(), sum);
        embed(grams, grams.chars(), grams.size(), sum);
        return sum;
    }

    private void embed(Ngrams grams, int from, int to, float[] sum) {
        float scale = scale(grams, from, to);
        for (int i = from; i < to && scale > 0; i++) {
            int row = grams.coarse(i, bits) * (1 + width);
            float value = grams.weight(i) * table[row] * scale;
            if (value != 0) {
                for (int d = 0; d < width; d++) {
                    sum[d] += value * table[row + 1 + d];
                }
            }
        }
    }

    /// What the values of a range are multiplied by, so that together they have length one.
    public float scale(Ngrams grams, int from, int to) {
        double length = 0;
        for (int i = from; i < to; i++) {
            float value = grams.weight(i) * table[grams.coarse(i, bits) * (1 + width)];
            length += value * value;
        }
        return length > 0 ? (float) (1 / Math.sqrt(length)) : 0;
    }

    /// What the hidden units say of a place.
    public float[] hidden(float[] place) {
        float[] units = new float[hidden];
        for (int unit = 0; unit < hidden; unit++) {
            float sum = innerBias[unit];
            for (int d = 0; d < width; d++) {
                sum += inner[unit * width + d] * place[d];
            }
            units[unit] = Math.max(0, sum);
        }
        return units;
    }

    /// Log odds of hidden units.
    public double odds(float[] units, int head) {
        float sum = outerBias[head];
        for (int unit = 0; unit < hidden; unit++) {
            sum += outer[head * hidden + unit] * units[unit];
        }
        return sum;
    }

    void margins(Ngrams grams, double[] margins) {
        float[] units = hidden(embed(grams));
        for (int head = 0; head < margins.length; head++) {
            margins[head] = odds(units, head);
        }
    }
}
