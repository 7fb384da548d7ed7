package dev.mobula.training.safety;

import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/*
 * Half of a batch are the texts whose score is nearest to the threshold: they teach most. The other half are drawn each
 * with a known chance, larger near the threshold and never 0 (Poisson sampling: independent draws with p = c * interest).
 * A drawn text stands for 1 / p texts, so that sum(label / p) / size is an unbiased estimate of how many texts are bad,
 * whatever the model thinks (Horvitz and Thompson 1952). Texts taken for teaching are drawn too where the dice say so.
 *
 * Learning has stopped helping when successive models say the same of a fixed set of texts: Cohen's kappa of .99 or more
 * over the last three (Bloodgood and Vijay-Shanker 2009).
 */
/// Chooses the texts that people should judge next.
public final class ActiveLearning {
    /// The most texts of a batch.
    public static final int BATCH_MAX = 10_000;

    private static final double FLOOR = .05;
    private static final double WIDTH = 1;
    private static final double AGREEMENT = .99;
    private static final int ROUNDS = 3;

    private ActiveLearning() {}

    /// A chosen text.
    ///
    /// @param chance with which it was drawn; 0 when it is only there to teach, and then no estimate counts it
    public record Pick(int text, double score, double chance) {
        /// How many texts it stands for.
        public double weight() {
            return chance > 0 ? 1 / chance : 0;
        }
    }

    /// About so many texts.
    ///
    /// @param scores calibrated, of texts without labels
    public static List<Pick> pick(double[] scores, double threshold, int size, long seed) {
        if (size < 2 || size > BATCH_MAX) {
            throw TrainingException.invalid("batch", size, "must be 2.." + BATCH_MAX);
        }
        double[] distance = new double[scores.length];
        double interest = 0;
        for (int i = 0; i < scores.length; i++) {
            distance[i] = Math.abs(logit(scores[i]) - logit(threshold));
            interest += interest(distance[i]);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] chances = new double[scores.length];
        boolean[] drawn = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            chances[i] = Math.min(1, size / 2.0 * interest(distance[i]) / interest);
            drawn[i] = random.nextDouble() < chances[i];
        }
        int[] nearest =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> distance[i]))
                        .limit(size / 2)
                        .mapToInt(Integer::intValue)
                        .toArray();
        boolean[] teaches = new boolean[scores.length];
        for (int text : nearest) {
            teaches[text] = true;
        }
        List<Pick> picks = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            if (drawn[i] || teaches[i]) {
                picks.add(new Pick(i, scores[i], drawn[i] ? chances[i] : 0));
            }
        }
        return picks;
    }

    private static double interest(double distance) {
        return FLOOR + Math.exp(-distance * distance / (2 * WIDTH * WIDTH));
    }

    private static double logit(double score) {
        double p = Math.clamp(score, 1e-6, 1 - 1e-6);
        return Math.log(p / (1 - p));
    }

    /// How many of all texts are bad, with the estimate's standard deviation.
    public record Prevalence(double share, double deviation) {}

    /// The share of bad texts among all from those that were drawn.
    ///
    /// @param bad what people said of each pick, in order
    public static Prevalence prevalence(List<Pick> picks, boolean[] bad, int texts) {
        double sum = 0;
        double variance = 0;
        for (int i = 0; i < bad.length; i++) {
            Pick pick = picks.get(i);
            if (bad[i] && pick.chance() > 0) {
                sum += pick.weight();
                variance += (1 - pick.chance()) * pick.weight() * pick.weight();
            }
        }
        return new Prevalence(sum / texts, Math.sqrt(variance) / texts);
    }

    /// Whether more labels would hardly change the model.
    ///
    /// @param said what each model in turn said of the same texts
    public static boolean hasConverged(List<boolean[]> said) {
        if (said.size() <= ROUNDS) {
            return false;
        }
        for (int i = said.size() - ROUNDS; i < said.size(); i++) {
            if (kappa(said.get(i - 1), said.get(i)) < AGREEMENT) {
                return false;
            }
        }
        return true;
    }

    static double kappa(boolean[] a, boolean[] b) {
        double same = 0;
        double upA = 0;
        double upB = 0;
        for (int i = 0; i < a.length; i++) {
            same += a[i] == b[i] ? 1 : 0;
            upA += a[i] ? 1 : 0;
            upB += b[i] ? 1 : 0;
        }
        double size = a.length;
        double chance = upA / size * (upB / size) + (1 - upA / size) * (1 - upB / size);
        return chance == 1 ? 1 : (same / size - chance) / (1 - chance);
    }
}
