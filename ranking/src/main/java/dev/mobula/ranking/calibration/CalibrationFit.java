package dev.mobula.ranking.calibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/*
 * Isotonic: pool adjacent violators over the observations sorted by score, equal scores pooled first. Every pooled
 * block becomes a flat piece from its first to its last score; between blocks the map is straight. O(n log n).
 *
 * Temperature: the likelihood is concave in a = 1 / temperature, so Newton's method from a = 1, with steps halved while
 * they overshoot below zero, ends at the one maximum.
 */
/// Fits calibrations to observations.
public final class CalibrationFit {
    /// Fewer observations than this say nothing.
    public static final int OBSERVATIONS_MIN = 100;

    private static final int NEWTON_STEPS_MAX = 50;
    private static final double NEWTON_TOLERANCE = 1e-10;
    private static final double INVERSE_MIN = 1e-3;
    private static final double INVERSE_MAX = 1e3;

    private CalibrationFit() {}

    /// The isotonic map of least squared error, or a head that says it has too little data.
    public static Calibration isotonic(Observations observations) {
        if (observations.size() < OBSERVATIONS_MIN) {
            return tooFew(observations);
        }
        List<Block> blocks = pool(observations);
        List<Double> scores = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (Block block : blocks) {
            scores.add(block.first);
            values.add(block.mean());
            if (block.last > block.first) {
                scores.add(block.last);
                values.add(block.mean());
            }
        }
        return new Calibration.Isotonic(scores, values);
    }

    private static List<Block> pool(Observations observations) {
        List<Block> blocks = new ArrayList<>();
        for (Block equal : byScore(observations)) {
            Block block = equal;
            while (!blocks.isEmpty() && blocks.getLast().mean() >= block.mean()) {
                block = blocks.removeLast().join(block);
            }
            blocks.add(block);
        }
        return blocks;
    }

    /// One block per distinct score: equal scores must share a value before any pooling decides what violates.
    private static List<Block> byScore(Observations observations) {
        double[] scores = observations.scores();
        List<Block> blocks = new ArrayList<>();
        IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .map(i -> new Block(scores[i], observations.labels()[i]))
                .forEach(
                        block -> {
                            boolean isEqual =
                                    !blocks.isEmpty() && blocks.getLast().last == block.first;
                            blocks.add(isEqual ? blocks.removeLast().join(block) : block);
                        });
        return blocks;
    }

    private record Block(double first, double last, double sum, long count) {
        Block(double score, double label) {
            this(score, score, label, 1);
        }

        double mean() {
            return sum / count;
        }

        Block join(Block next) {
            return new Block(first, next.last, sum + next.sum, count + next.count);
        }
    }

    /// The temperature of greatest likelihood, or a head that says it has too little data.
    public static Calibration temperature(Observations observations) {
        if (observations.size() < OBSERVATIONS_MIN) {
            return tooFew(observations);
        }
        double[] logits = new double[observations.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Logit.of(observations.scores()[i]);
        }
        double inverse = 1;
        for (int step = 0; step < NEWTON_STEPS_MAX; step++) {
            double slope = 0;
            double curvature = 0;
            for (int i = 0; i < logits.length; i++) {
                double p = Logit.inverse(inverse * logits[i]);
                slope += (observations.labels()[i] - p) * logits[i];
                curvature += p * (1 - p) * logits[i] * logits[i];
            }
            double change = slope / Math.max(curvature, Double.MIN_NORMAL);
            double next = Math.clamp(inverse + change, inverse / 2, inverse * 2);
            if (Math.abs(next - inverse) < NEWTON_TOLERANCE * inverse) {
                break;
            }
            inverse = Math.clamp(next, INVERSE_MIN, INVERSE_MAX);
        }
        return new Calibration.Temperature(1 / inverse);
    }

    private static Calibration tooFew(Observations observations) {
        return new Calibration.Uncalibrated(
                "%d observations, needs %d".formatted(observations.size(), OBSERVATIONS_MIN));
    }
}
