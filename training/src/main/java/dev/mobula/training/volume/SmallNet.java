package dev.mobula.training.volume;

import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A network of one hidden layer of hyperbolic tangents, with its gradients and Adam's steps. Owned by one thread while it
/// learns.
final class SmallNet {
    private static final double FIRST_MOMENT = 0.9;
    private static final double SECOND_MOMENT = 0.999;
    private static final double TINY = 1e-8;

    private final int inputs;
    private final int hidden;
    private final int outputs;
    private final double[] weights;
    private final double[] gradient;
    private final double[] mean;
    private final double[] square;
    private final double[] active;
    private int steps;

    SmallNet(int inputs, int hidden, int outputs, SplittableRandom random) {
        this(inputs, hidden, outputs, new double[hidden * (inputs + 1) + outputs * (hidden + 1)]);
        for (int i = 0; i < weights.length; i++) {
            int from = i < hidden * (inputs + 1) ? inputs : hidden;
            weights[i] = random.nextGaussian() / Math.sqrt(from + 1.0);
        }
    }

    private SmallNet(int inputs, int hidden, int outputs, double[] weights) {
        this.inputs = inputs;
        this.hidden = hidden;
        this.outputs = outputs;
        this.weights = weights;
        this.gradient = new double[weights.length];
        this.mean = new double[weights.length];
        this.square = new double[weights.length];
        this.active = new double[hidden];
    }

    SmallNet copy() {
        return of(inputs, hidden, outputs, weights);
    }

    /// A network with these weights; there must be as many as it has.
    static SmallNet of(int inputs, int hidden, int outputs, double[] weights) {
        int wanted = hidden * (inputs + 1) + outputs * (hidden + 1);
        if (weights.length != wanted) {
            throw TrainingException.invalid("weights", weights.length, "must be " + wanted);
        }
        return new SmallNet(inputs, hidden, outputs, weights.clone());
    }

    int hidden() {
        return hidden;
    }

    int outputs() {
        return outputs;
    }

    /// The outputs; what the hidden layer did is kept for [#backward].
    double[] forward(double[] x) {
        return forward(x, active);
    }

    /// The outputs alone; any number of threads may ask a network that nobody trains.
    double[] apply(double[] x) {
        return forward(x, new double[hidden]);
    }

    private double[] forward(double[] x, double[] active) {
        int at = 0;
        for (int h = 0; h < hidden; h++) {
            double sum = weights[at + inputs];
            for (int i = 0; i < inputs; i++) {
                sum += weights[at + i] * x[i];
            }
            active[h] = Math.tanh(sum);
            at += inputs + 1;
        }
        double[] y = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            double sum = weights[at + hidden];
            for (int h = 0; h < hidden; h++) {
                sum += weights[at + h] * active[h];
            }
            y[o] = sum;
            at += hidden + 1;
        }
        return y;
    }

    /// Adds the gradients of a loss whose slopes by the outputs of the last [#forward] are given.
    void backward(double[] x, double[] slopes) {
        int second = hidden * (inputs + 1);
        for (int h = 0; h < hidden; h++) {
            double back = 0;
            for (int o = 0; o < outputs; o++) {
                int at = second + o * (hidden + 1);
                back += slopes[o] * weights[at + h];
                gradient[at + h] += slopes[o] * active[h];
            }
            back *= 1 - active[h] * active[h];
            int at = h * (inputs + 1);
            for (int i = 0; i < inputs; i++) {
                gradient[at + i] += back * x[i];
            }
            gradient[at + inputs] += back;
        }
        for (int o = 0; o < outputs; o++) {
            gradient[second + o * (hidden + 1) + hidden] += slopes[o];
        }
    }

    /// Moves against the gradients that were added up over so many rows, and forgets them.
    void step(double rate, int rows) {
        steps++;
        double first = 1 - Math.pow(FIRST_MOMENT, steps);
        double second = 1 - Math.pow(SECOND_MOMENT, steps);
        for (int i = 0; i < weights.length; i++) {
            double g = gradient[i] / rows;
            mean[i] = FIRST_MOMENT * mean[i] + (1 - FIRST_MOMENT) * g;
            square[i] = SECOND_MOMENT * square[i] + (1 - SECOND_MOMENT) * g * g;
            weights[i] -= rate * (mean[i] / first) / (Math.sqrt(square[i] / second) + TINY);
        }
        Arrays.fill(gradient, 0);
    }

    /// Comes a part of the way nearer to another.
    void follow(SmallNet other, double part) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] += part * (other.weights[i] - weights[i]);
        }
    }

    /// For tests: the weights themselves and what was added up of their gradients.
    double[] weights() {
        return weights;
    }

    double[] gradient() {
        return gradient;
    }
}
