package dev.mobula.ranking.calibration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/*
 * Observations sorted by score are cut into bins of equal size. The expected calibration error is the average over
 * bins, weighted by size, of |mean score - observed rate|. It is positive even for a perfect model (bins are noisy), so
 * it comes with an interval: the middle 95 % of its value over resamples of the observations.
 *
 * Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015.
 */
/// How far a head's scores are from what was observed, by bin and as one number.
public record Reliability(
        String segment,
        List<Bin> bins,
        double expectedCalibrationError,
        double lower,
        double upper,
        int observations) {
    private static final double Z_95 = 1.959964;
    private static final int RESAMPLES = 200;
    private static final double TAIL = 0.025;

    public Reliability {
        bins = List.copyOf(bins);
    }

    /// One bin: its size, mean score, observed rate, and the rate's 95 % Wilson interval.
    public record Bin(int size, double meanScore, double rate, double lower, double upper) {
        static Bin of(int size, double scoreSum, double labelSum) {
            double rate = labelSum / size;
            double z2 = Z_95 * Z_95;
            double centre = (rate + z2 / (2 * size)) / (1 + z2 / size);
            double radius =
                    Z_95
                            * Math.sqrt(
                                    Math.max(0, rate * (1 - rate)) / size
                                            + z2 / (4.0 * size * size))
                            / (1 + z2 / size);
            return new Bin(size, scoreSum / size, rate, centre - radius, centre + radius);
        }

        double error() {
            return Math.abs(meanScore - rate);
        }
    }

    /// Measures one segment.
    public static Reliability of(
            String segment, Observations observations, int binCount, long seed) {
        if (observations.size() < binCount || binCount < 1) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "segment '%s': %d observations in %d bins"
                            .formatted(segment, observations.size(), binCount));
        }
        int[] order =
                IntStream.range(0, observations.size())
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> observations.scores()[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int[] weights = new int[order.length];
        Arrays.fill(weights, 1);
        List<Bin> bins = bins(observations, order, weights, binCount);
        double[] resampled = resample(observations, order, binCount, seed);
        return new Reliability(
                segment,
                bins,
                error(bins),
                resampled[(int) (TAIL * RESAMPLES)],
                resampled[(int) ((1 - TAIL) * RESAMPLES) - 1],
                observations.size());
    }

    /// Measures every segment by itself, in order of name.
    public static List<Reliability> bySegment(
            Observations observations, List<String> segments, int binCount, long seed) {
        List<Reliability> all = new ArrayList<>();
        for (String segment : segments.stream().distinct().sorted().toList()) {
            int[] rows =
                    IntStream.range(0, segments.size())
                            .filter(i -> segments.get(i).equals(segment))
                            .toArray();
            double[] scores =
                    Arrays.stream(rows).mapToDouble(i -> observations.scores()[i]).toArray();
            double[] labels =
                    Arrays.stream(rows).mapToDouble(i -> observations.labels()[i]).toArray();
            all.add(of(segment, new Observations(scores, labels), binCount, seed));
        }
        return all;
    }

    private static double[] resample(
            Observations observations, int[] order, int binCount, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] errors = new double[RESAMPLES];
        int[] weights = new int[order.length];
        for (int round = 0; round < RESAMPLES; round++) {
            Arrays.fill(weights, 0);
            for (int i = 0; i < weights.length; i++) {
                weights[random.nextInt(weights.length)]++;
            }
            errors[round] = error(bins(observations, order, weights, binCount));
        }
        Arrays.sort(errors);
        return errors;
    }

    /// Bins of equal weight, over observations that count as often as their weight.
    private static List<Bin> bins(
            Observations observations, int[] order, int[] weights, int binCount) {
        List<Bin> bins = new ArrayList<>();
        long total = order.length;
        long seen = 0;
        int size = 0;
        double scores = 0;
        double labels = 0;
        for (int i : order) {
            size += weights[i];
            scores += weights[i] * observations.scores()[i];
            labels += weights[i] * observations.labels()[i];
            if ((seen + size) * binCount >= (bins.size() + 1) * total && size > 0) {
                bins.add(Bin.of(size, scores, labels));
                seen += size;
                size = 0;
                scores = 0;
                labels = 0;
            }
        }
        return bins;
    }

    private static double error(List<Bin> bins) {
        double sum = 0;
        long size = 0;
        for (Bin bin : bins) {
            sum += bin.size() * bin.error();
            size += bin.size();
        }
        return sum / size;
    }
}
