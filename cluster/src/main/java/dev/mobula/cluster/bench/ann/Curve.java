package dev.mobula.cluster.bench.ann;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// One contender's recall over its settings, and the times measured at those that matter.
final class Curve {
    private final Contender contender;
    private final List<Point> points = new ArrayList<>();

    /// A setting, its recall, and the microseconds of each round.
    private record Point(int knob, double recall, List<Double> micros) {
        double median() {
            double[] sorted = micros.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return sorted[sorted.length / 2];
        }
    }

    Curve(Contender contender) {
        this.contender = contender;
    }

    String name() {
        return contender.name();
    }

    /// Tries growing settings until the recall is reached.
    void climbTo(double recall) throws IOException {
        for (int knob : contender.knobs()) {
            double reached = contender.run(knob).recall();
            points.add(new Point(knob, reached, new ArrayList<>()));
            if (reached >= recall) {
                return;
            }
        }
    }

    /// One more round at the settings on either side of each target, once the caches hold this contender's index again.
    void measure(double[] targets) throws IOException {
        contender.run(points.getLast().knob);
        for (int i = 0; i < points.size(); i++) {
            if (isBeside(i, targets)) {
                Point point = points.get(i);
                point.micros.add(contender.run(point.knob).micros());
            }
        }
    }

    /// Microseconds of a query at a recall, if it was reached.
    OptionalDouble micros(double target) {
        int above = above(target);
        if (above < 0) {
            return OptionalDouble.empty();
        }
        Point high = points.get(above);
        Point low = points.get(Math.max(0, above - 1));
        double span = high.recall - low.recall;
        double share = span <= 0 ? 1 : (target - low.recall) / span;
        double logarithm = Math.log(low.median()) * (1 - share) + Math.log(high.median()) * share;
        return OptionalDouble.of(Math.exp(logarithm));
    }

    /// The smallest setting that reaches a recall.
    OptionalInt knob(double target) {
        int above = above(target);
        return above < 0 ? OptionalInt.empty() : OptionalInt.of(points.get(above).knob);
    }

    private boolean isBeside(int place, double[] targets) {
        for (double target : targets) {
            int above = above(target);
            if (above >= 0 && (place == above || place == above - 1)) {
                return true;
            }
        }
        return false;
    }

    private int above(double target) {
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).recall >= target) {
                return i;
            }
        }
        return -1;
    }
}
