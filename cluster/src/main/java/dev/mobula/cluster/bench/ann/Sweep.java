package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/*
 * First every contender is tried once at growing settings, until its recall passes the highest target. Then the settings
 * on either side of each target are measured in rounds, every contender in turn, so that what else the machine does
 * falls on all alike; a turn begins with searches that are not measured, so that nobody pays for
 * what the one before left in the caches. A setting's time is the median of its rounds; between two settings the logarithm of time is
 * interpolated over recall.
 */

/// Times of several contenders at equal recall.
final class Sweep {
    /// The recalls at which contenders are compared.
    private static final double[] TARGETS = {.95, .99};

    private final Map<String, Curve> curves = new LinkedHashMap<>();

    Sweep(List<Contender> contenders) {
        contenders.forEach(contender -> curves.put(contender.name(), new Curve(contender)));
    }

    static double[] targets() {
        return TARGETS.clone();
    }

    /// Finds each contender's settings, then measures them in interleaved rounds.
    void measure(int rounds, BenchContext context) throws IOException {
        for (Curve curve : curves.values()) {
            curve.climbTo(TARGETS[TARGETS.length - 1]);
        }
        try (Progress progress = context.progress("rounds", rounds)) {
            for (int round = 0; round < rounds; round++) {
                for (Curve curve : curves.values()) {
                    curve.measure(TARGETS);
                }
                progress.step(1);
            }
        }
    }

    /// Microseconds of a query at a recall, if the contender takes part and reaches it.
    OptionalDouble micros(String contender, double target) {
        Curve curve = curves.get(contender);
        return curve == null ? OptionalDouble.empty() : curve.micros(target);
    }

    /// The contender's smallest setting that reaches a recall.
    OptionalInt knob(String contender, double target) {
        Curve curve = curves.get(contender);
        return curve == null ? OptionalInt.empty() : curve.knob(target);
    }

    /// How many times as long another contender takes; not a number when either does not get there.
    double ratio(String slower, String faster, double target) {
        OptionalDouble theirs = micros(slower, target);
        OptionalDouble ours = micros(faster, target);
        return theirs.isPresent() && ours.isPresent()
                ? theirs.getAsDouble() / ours.getAsDouble()
                : Double.NaN;
    }
}
