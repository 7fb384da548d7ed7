package dev.mobula.ranking.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Chooses, at start, the engine that scores this model fastest on this machine.
///
/// An engine takes part only when its scores agree with the first one's and do not depend on the batch. It takes the
/// first one's place only when it is clearly faster: engines that are level would otherwise change from start to start,
/// and with them the kernel that a logged request can be replayed on.
public final class EngineCalibration {
    /// Largest difference between engines that is still the same model.
    public static final float TOLERANCE = 1e-5f;

    /// How much faster than the first an engine must be.
    public static final double CLEARLY = 1.1;

    private static final double IMPROVED = .97;
    private static final int WARM_UP_BUDGETS = 20;
    private static final int ROUNDS_MIN = 60;
    private static final int PROBE_ROWS = 500;
    private static final int PROBE_SHIFT = 7;

    private final LongSupplier nanoClock;
    private final long budgetNanos;

    /// @param budgetNanos engines are measured until none has become faster for so long, or for twenty times that each
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

    /// Measures all and picks the fastest eligible, the first unless another is clearly faster. The first is the
    /// reference, and eligible unless it contradicts itself.
    public Choice choose(List<Scorer> engines, int inputWidth, int sharedWidth) {
        ModelInput probe = probe(inputWidth, sharedWidth);
        float[] reference = new float[PROBE_ROWS * engines.getFirst().outputs()];
        try (Scorer.Session session = engines.getFirst().open()) {
            session.score(probe, reference);
        }
        double[] fastest = fastestNanos(engines, probe);
        List<Finding> findings = new ArrayList<>();
        for (int engine = 0; engine < fastest.length; engine++) {
            findings.add(finding(engines.get(engine), fastest[engine], probe, reference));
        }
        int chosen =
                IntStream.range(0, findings.size())
                        .filter(i -> findings.get(i).isEligible())
                        .boxed()
                        .min(Comparator.comparingDouble(i -> handicapped(findings, i)))
                        .orElseThrow(() -> new IllegalStateException("no engine: " + findings));
        return new Choice(engines.get(chosen), findings);
    }

    private static double handicapped(List<Finding> findings, int engine) {
        return findings.get(engine).microsPerRequest() * (engine == 0 ? 1 : CLEARLY);
    }

    private static Finding finding(
            Scorer engine, double fastestNanos, ModelInput probe, float[] reference) {
        try (Scorer.Session session = engine.open()) {
            float[] scores = new float[reference.length];
            session.score(probe, scores);
            return new Finding(
                    engine.identity(),
                    fastestNanos / 1e3,
                    differenceMax(scores, reference),
                    isBatchIndependent(session, engine.outputs(), probe, scores));
        }
    }

    /*
     * Kernels are compiled while they run, in the background and, on a busy machine, late: the engines take turns, so that
     * none is judged before the others, and go on for as long as one of them still becomes faster.
     */
    private double[] fastestNanos(List<Scorer> engines, ModelInput probe) {
        List<Scorer.Session> sessions = engines.stream().map(Scorer::open).toList();
        try {
            float[] scores = new float[PROBE_ROWS * engines.getFirst().outputs()];
            double[] fastest = new double[engines.size()];
            Arrays.fill(fastest, Double.MAX_VALUE);
            long longest = WARM_UP_BUDGETS * budgetNanos * engines.size();
            long begun = nanoClock.getAsLong();
            long improved = begun;
            long now = begun;
            for (int round = 0; isUnsettled(round, now - improved, now - begun, longest); round++) {
                for (int engine = 0; engine < fastest.length; engine++) {
                    long start = nanoClock.getAsLong();
                    sessions.get(engine).score(probe, scores);
                    now = nanoClock.getAsLong();
                    double taken = (double) now - start;
                    improved = taken < fastest[engine] * IMPROVED ? now : improved;
                    fastest[engine] = Math.min(fastest[engine], taken);
                }
            }
            return fastest;
        } finally {
            sessions.forEach(Scorer.Session::close);
        }
    }

    private boolean isUnsettled(int round, long quietNanos, long nanos, long longestNanos) {
        return nanos < longestNanos && (round < ROUNDS_MIN || quietNanos < budgetNanos);
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
