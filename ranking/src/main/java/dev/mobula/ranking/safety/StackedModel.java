package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibrators;
import java.util.List;
import java.util.Map;

/// Three models of one text under one: linear n-grams, a bag of embeddings and a network over bytes, weighed per head.
///
/// @param weights of the members' log odds, and a shift: four numbers per head, owned
@SuppressWarnings("ArrayRecordComponent") // the model's own numbers, never handed out changed
public record StackedModel(
        String version,
        NgramModel ngrams,
        BagModel bag,
        ByteModel bytes,
        double[] weights,
        Calibrators calibrators,
        Map<String, OperatingPoint> points)
        implements TextModel {
    /// How many log odds are weighed.
    public static final int MEMBERS = 3;

    public StackedModel {
        points = Map.copyOf(points);
        int heads = ngrams.heads().size();
        if (weights.length != heads * (MEMBERS + 1)
                || bag.outerBias().length != heads
                || bytes.outerBias().length != heads
                || bag.bits() > ngrams.bits()) {
            throw new RankingException(
                    Code.INVALID_MODEL, "members do not fit " + heads + " heads");
        }
    }

    @Override
    public List<String> heads() {
        return ngrams.heads();
    }

    @Override
    public Ngrams scratch() {
        return ngrams.scratch();
    }

    @Override
    public void margins(CharSequence text, Ngrams scratch, double[] margins) {
        int heads = margins.length;
        double[] members = members(text, scratch);
        for (int head = 0; head < heads; head++) {
            int at = head * (MEMBERS + 1);
            double sum = weights[at + MEMBERS];
            for (int member = 0; member < MEMBERS; member++) {
                sum += weights[at + member] * members[member * heads + head];
            }
            margins[head] = sum;
        }
    }

    /// The members' log odds, member after member, heads within.
    public double[] members(CharSequence text, Ngrams scratch) {
        int heads = heads().size();
        double[] members = new double[MEMBERS * heads];
        double[] own = new double[heads];
        scratch.read(text);
        ngrams.margins(scratch, own);
        System.arraycopy(own, 0, members, 0, heads);
        bag.margins(scratch, own);
        System.arraycopy(own, 0, members, heads, heads);
        bytes.margins(text, own);
        System.arraycopy(own, 0, members, 2 * heads, heads);
        return members;
    }

    @Override
    public StackedModel with(Calibrators newCalibrators, Map<String, OperatingPoint> newPoints) {
        return new StackedModel(version, ngrams, bag, bytes, weights, newCalibrators, newPoints);
    }

    /// The same members, weighed otherwise.
    public StackedModel weighed(double[] newWeights) {
        return new StackedModel(version, ngrams, bag, bytes, newWeights, calibrators, points);
    }
}
