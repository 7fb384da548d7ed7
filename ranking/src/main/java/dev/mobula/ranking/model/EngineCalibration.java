package dev.mobula.ranking.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// Chooses, at start, the engine that scores this model fastest on this machine.
///
/// An engine takes part only when its scores agree with the first one's and do not depend on the batch.
public final class EngineCalibration {
    /// Largest difference between engines that is still the same model.
    public static final float TOLERANCE = 1e-5f;

    private static final int PROBE_ROWS = 500;
    private static final int PROBE_SHIFT = 7;

    private final LongSupplier nanoClock;
    private final long budgetNanos;

    /// @param budgetNanos time given to each engine, warm-up included.
    public EngineCalibration(LongSupplier nanoClock, long budgetNanos) {
        this.nanoClock = nanoClock;
        this.budgetNanos = budgetNanos;
    }

    /// What was found out about one engine.
    public record Finding(
            KernelIdentity kernel,
            double microsPerRequest,
            float differenceMax,
            boolean isBatchIndependent) {
        public boolean isEligible() {
            return differenceMax <= TOLERANCE && isBatchIndependent;
        }
    }

    /// The engine chosen and all findings, in the order the engines were given.
    public record Choice(Scorer scorer, List<Finding> findings) {
        public Choice {
            findings = List.copyOf(findings);
        }
    }

    /// Measures all and picks the fastest eligible. The first is the reference, and eligible unless it contradicts
    /// itself.
    public Choice choose(List<Scorer> engines, int inputWidth, int sharedWidth) {
        ModelInput probe = probe(inputWidth, sharedWidth);
        float[] reference = new float[PROBE_ROWS * engines.getFirst().outputs()];
        try (Scorer.Session session = engines.getFirst().open()) {
            session.score(probe, reference);
        }
        List<Finding> findings = new ArrayList<>();
        for (Scorer engine : engines) {
            findings.add(measure(engine, probe, reference));
        }
        Scorer chosen =
                engines.stream()
                        .filter(engine -> findings.get(engines.indexOf(engine)).isEligible())
                        .min(
                                Comparator.comparingDouble(
                                        engine ->
                                                findings.get(engines.indexOf(engine))
                                                        .microsPerRequest()))
                        .orElseThrow(() -> new IllegalStateException("no engine: " + findings));
        return new Choice(chosen, findings);
    }

    private Finding measure(Scorer engine, ModelInput probe, float[] reference) {
        try (Scorer.Session session = engine.open()) {
            float[] scores = new float[reference.length];
            double fastestNanos = Double.MAX_VALUE;
            long end = nanoClock.getAsLong() + budgetNanos;
            long start;
            do {
                start = nanoClock.getAsLong();
                session.score(probe, scores);
                fastestNanos = Math.min(fastestNanos, (double) nanoClock.getAsLong() - start);
            } while (start < end);
            return new Finding(
                    engine.identity(),
                    fastestNanos / 1e3,
                    differenceMax(scores, reference),
                    isBatchIndependent(session, engine.outputs(), probe, scores));
        }
    }

    private static float differenceMax(float[] scores, float[] reference) {
        float max = 0f;
        for (int i = 0; i < scores.length; i++) {
            float difference = Math.abs(scores[i] - reference[i]);
            max = Float.isNaN(difference) ? Float.POSITIVE_INFINITY : Math.max(max, difference);
        }
        return max;
    }

    /// Scores the last rows again, alone and so at other places, and compares bits.
    private static boolean isBatchIndependent(
            Scorer.Session session, int outputs, ModelInput probe, float[] whole) {
        int first = PROBE_ROWS - PROBE_SHIFT;
        ModelInput part = new ModelInput(PROBE_SHIFT, probe.width(), probe.sharedWidth());
        part.setRows(PROBE_SHIFT);
        System.arraycopy(
                probe.values(),
                first * probe.stride(),
                part.values(),
                0,
                PROBE_SHIFT * probe.stride());
        float[] alone = new float[PROBE_SHIFT * outputs];
        session.score(part, alone);
        for (int i = 0; i < alone.length; i++) {
            int there = Float.floatToRawIntBits(whole[first * outputs + i]);
            if (Float.floatToRawIntBits(alone[i]) != there) {
                return false;
            }
        }
        return true;
    }

    private static ModelInput probe(int inputWidth, int sharedWidth) {
        ModelInput input = new ModelInput(PROBE_ROWS, inputWidth, sharedWidth);
        input.setRows(PROBE_ROWS);
        SplittableRandom random = new SplittableRandom(PROBE_ROWS);
        for (int row = 0; row < PROBE_ROWS; row++) {
            for (int column = 0; column < inputWidth; column++) {
                boolean isShared = row > 0 && column < sharedWidth;
                input.values()[row * input.stride() + column] =
                        isShared ? input.values()[column] : (float) (random.nextDouble() - 0.5);
            }
        }
        return input;
    }
}
