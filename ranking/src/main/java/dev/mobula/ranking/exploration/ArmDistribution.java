package dev.mobula.ranking.exploration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/// An explicit distribution over at most 32 arms: what a slot is drawn from, and what is logged of it.
public record ArmDistribution(List<Long> arms, List<Double> probabilities) {
    public static final int ARMS_MAX = 32;

    private static final double SUM_TOLERANCE = 1e-9;

    public ArmDistribution {
        arms = List.copyOf(arms);
        probabilities = List.copyOf(probabilities);
        if (arms.isEmpty() || arms.size() > ARMS_MAX || arms.size() != probabilities.size()) {
            throw invalid(
                    "arms=%d probabilities=%d, must be equal and 1..%d"
                            .formatted(arms.size(), probabilities.size(), ARMS_MAX));
        }
        if (arms.stream().distinct().count() < arms.size()) {
            throw invalid("an arm is there twice: " + arms);
        }
        double sum = 0;
        for (int i = 0; i < arms.size(); i++) {
            double p = probabilities.get(i);
            if (!(p >= 0 && p <= 1)) {
                throw invalid("arm " + arms.get(i) + " has probability " + p);
            }
            sum += p;
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw invalid("probabilities add up to " + sum);
        }
    }

    /// An arm and the probability it was drawn with.
    public record Draw(long arm, int index, double probability) {}

    /// Divides weights by their sum.
    static ArmDistribution normalised(long[] arms, double[] weights) {
        double sum = DoubleStream.of(weights).sum();
        return new ArmDistribution(
                LongStream.of(arms).boxed().toList(),
                DoubleStream.of(weights).map(weight -> weight / sum).boxed().toList());
    }

    /// Every arm alike.
    public static ArmDistribution uniform(long[] arms) {
        return normalised(arms, DoubleStream.generate(() -> 1).limit(arms.length).toArray());
    }

    /// The same distribution given that some arms cannot be had; nothing when none that had a chance is left.
    public Optional<ArmDistribution> given(LongPredicate canBeHad) {
        double sum = 0;
        List<Long> left = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            if (canBeHad.test(arms.get(i))) {
                left.add(arms.get(i));
                weights.add(probabilities.get(i));
                sum += probabilities.get(i);
            }
        }
        double total = sum;
        return total > 0
                ? Optional.of(
                        new ArmDistribution(
                                left, weights.stream().map(weight -> weight / total).toList()))
                : Optional.empty();
    }

    /// One draw by inverting the cumulative distribution at one uniform number.
    public Draw draw(SplittableRandom random) {
        double uniform = random.nextDouble();
        double cumulated = 0;
        int last = -1;
        for (int i = 0; i < arms.size(); i++) {
            double p = probabilities.get(i);
            if (p > 0) {
                last = i;
                cumulated += p;
                if (uniform < cumulated) {
                    break;
                }
            }
        }
        return new Draw(arms.get(last), last, probabilities.get(last));
    }

    /// The probability of an arm, 0 when it is none of these.
    public double probability(long arm) {
        int index = arms.indexOf(arm);
        return index < 0 ? 0 : probabilities.get(index);
    }

    private static RankingException invalid(String what) {
        return new RankingException(Code.INVALID_REQUEST, "distribution: " + what);
    }
}
