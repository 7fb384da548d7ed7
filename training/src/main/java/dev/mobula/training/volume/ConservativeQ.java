package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;
import java.util.SplittableRandom;

/// What each action is worth in a state, with all that comes after it: learned from logged decisions alone, and cautious
/// about what the log does not show.
public final class ConservativeQ {
    /*
     * Double Q-learning with a conservative penalty. For a logged (s, a, r, s'):
     *   y    = r + discount * Q_slow(s', argmax_b Q(s', b)),   y = r at a person's last decision,
     *   loss = (Q(s, a) - y)^2 / 2 + caution * (log sum_b exp Q(s, b) - Q(s, a)).
     * The second part pushes down actions that the log does not have, which a maximum would otherwise
     * believe in for their errors. Q_slow follows Q by a small part of the difference each step.
     * Q is a network of one hidden layer; states are brought to mean 0 and deviation 1, and rewards are
     * measured in their own deviation, so that one step size does for all logs.
     *
     * [1] van Hasselt, Guez, Silver: Deep reinforcement learning with double Q-learning. AAAI 2016.
     * [2] Kumar, Zhou, Tucker, Levine: Conservative Q-learning for offline reinforcement learning.
     * NeurIPS 2020.
     */
    private static final double FOLLOW = 0.01;
    private static final int HIDDEN_MAX = 1_024;

    private final double[] mean;
    private final double[] scale;
    private final double unit;
    private final SmallNet net;

    private ConservativeQ(double[] mean, double[] scale, double unit, SmallNet net) {
        this.mean = mean;
        this.scale = scale;
        this.unit = unit;
        this.net = net;
    }

    /// How it is learned.
    ///
    /// @param discount what a reward one decision later is worth
    /// @param caution how strongly what the log does not show is doubted
    public record Settings(
            double discount, double caution, int hidden, int steps, int batch, double rate) {
        public static final Settings DEFAULT = new Settings(0.95, 0.1, 24, 4_000, 128, 3e-3);

        public Settings {
            if (!(discount >= 0 && discount < 1) || !(caution >= 0) || !(rate > 0 && rate < 1)) {
                throw invalid(
                        "discount, caution, rate",
                        discount + ", " + caution + ", " + rate,
                        "must be 0 to 1, not negative, and 0 to 1");
            }
            if (hidden < 1 || hidden > HIDDEN_MAX || steps < 1 || batch < 1) {
                throw invalid("hidden, steps, batch", hidden + ", " + steps, "must be positive");
            }
        }
    }

    /// What was learned, as numbers.
    ///
    /// @param unit what a reward of 1 is inside of it
    @SuppressWarnings("ArrayRecordComponent") // owned, not to be changed
    public record Model(
            int hidden, int actions, double[] mean, double[] scale, double unit, double[] weights) {
        public Model {
            if (hidden < 1 || hidden > HIDDEN_MAX || actions < 2 || mean.length != scale.length) {
                throw invalid(
                        "hidden, actions, mean, scale",
                        hidden + ", " + actions + ", " + mean.length + ", " + scale.length,
                        "must be 1 to 1024, 2 or more, and alike");
            }
            if (!(unit > 0) || Arrays.stream(scale).anyMatch(one -> !(one > 0))) {
                throw invalid("unit, scale", unit, "must be more than 0");
            }
            if (!Arrays.stream(weights).allMatch(Double::isFinite)
                    || !Arrays.stream(mean).allMatch(Double::isFinite)) {
                throw invalid("weights, mean", weights.length, "must be numbers");
            }
        }
    }

    /// What was learned before.
    public static ConservativeQ of(Model model) {
        return new ConservativeQ(
                model.mean().clone(),
                model.scale().clone(),
                model.unit(),
                SmallNet.of(model.mean().length, model.hidden(), model.actions(), model.weights()));
    }

    public Model model() {
        return new Model(
                net.hidden(),
                net.outputs(),
                mean.clone(),
                scale.clone(),
                unit,
                net.weights().clone());
    }

    /// Learns; the same seed learns the same.
    public static ConservativeQ fit(DecisionChain log, Settings settings, long seed) {
        int width = log.width();
        double[] mean = new double[width];
        double[] scale = new double[width];
        for (int j = 0; j < width; j++) {
            int feature = j;
            mean[j] = Arrays.stream(log.states()).mapToDouble(s -> s[feature]).average().orElse(0);
            double middle = mean[j];
            double variance =
                    Arrays.stream(log.states())
                            .mapToDouble(s -> (s[feature] - middle) * (s[feature] - middle))
                            .average()
                            .orElse(0);
            scale[j] = Math.sqrt(variance) + 1e-6;
        }
        double middle = Arrays.stream(log.reward()).average().orElse(0);
        double unit =
                Math.sqrt(
                                Arrays.stream(log.reward())
                                        .map(r -> (r - middle) * (r - middle))
                                        .average()
                                        .orElse(0))
                        + 1e-9;
        SplittableRandom random = new SplittableRandom(seed);
        ConservativeQ q =
                new ConservativeQ(
                        mean,
                        scale,
                        unit,
                        new SmallNet(width, settings.hidden(), log.actions(), random));
        q.learn(log, settings, random);
        return q;
    }

    private void learn(DecisionChain log, Settings settings, SplittableRandom random) {
        SmallNet slow = net.copy();
        double[][] states = Arrays.stream(log.states()).map(this::scaled).toArray(double[][]::new);
        double[] push = new double[log.actions()];
        for (int step = 0; step < settings.steps(); step++) {
            for (int i = 0; i < settings.batch(); i++) {
                int row = random.nextInt(log.size());
                double goal = log.reward()[row] / unit;
                if (log.continues(row)) {
                    int best = argmax(net.forward(states[row + 1]));
                    goal += settings.discount() * slow.forward(states[row + 1])[best];
                }
                double[] values = net.forward(states[row]);
                push(values, log.action()[row], goal, settings.caution(), push);
                net.backward(states[row], push);
            }
            net.step(settings.rate(), settings.batch());
            slow.follow(net, FOLLOW);
        }
    }

    /// The slope of the loss by each action's value.
    private static void push(
            double[] values, int action, double goal, double caution, double[] push) {
        double top = Arrays.stream(values).max().orElse(0);
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - top);
        }
        for (int b = 0; b < values.length; b++) {
            push[b] = caution * Math.exp(values[b] - top) / sum;
        }
        push[action] += values[action] - goal - caution;
    }

    private double[] scaled(double[] state) {
        double[] scaled = new double[state.length];
        for (int j = 0; j < scaled.length; j++) {
            scaled[j] = (state[j] - mean[j]) / scale[j];
        }
        return scaled;
    }

    private static int argmax(double[] values) {
        int best = 0;
        for (int b = 1; b < values.length; b++) {
            best = values[b] > values[best] ? b : best;
        }
        return best;
    }

    /// What each action is worth in a state. Any number of threads may ask.
    public double[] values(double[] state) {
        if (state.length != mean.length) {
            throw invalid("state", state.length, "must have " + mean.length + " numbers");
        }
        return Arrays.stream(net.apply(scaled(state))).map(value -> value * unit).toArray();
    }

    /// The action that is worth most.
    public int best(double[] state) {
        return argmax(values(state));
    }

    /// The probabilities of the actions when the best one is taken but for a little chance, which keeps the next log useful.
    public double[] probabilities(double[] state, double exploration) {
        double[] values = values(state);
        double[] probabilities = new double[values.length];
        Arrays.fill(probabilities, exploration / values.length);
        probabilities[argmax(values)] += 1 - exploration;
        return probabilities;
    }
}
