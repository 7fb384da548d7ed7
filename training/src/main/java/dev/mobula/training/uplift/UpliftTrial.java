package dev.mobula.training.uplift;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A trial whose arms were drawn at random, and what choosing within a budget would have added in it.
public final class UpliftTrial {
    /*
     * People are split in two; who is chosen in one half, and with which arm, comes from a model that
     * learned on the other. What choosing person i for arm a adds is estimated doubly robustly,
     *   m_a(x) - m_0(x) + [t = a] (y - m_a(x)) / e_a - [t = 0] (y - m_0(x)) / e_0,
     * which is right when the arms' shares e are, whatever the model m says: in a trial they are known.
     * Errors of people are independent given the models, so the sum has a plain standard error; the
     * difference of two ways of choosing has one of its own, which is much smaller.
     *
     * [1] Robins, Rotnitzky, Zhao: Estimation of regression coefficients when some regressors are not
     * always observed. JASA 1994. [2] Radcliffe: Hillstrom's MineThatData email analytics challenge. 2008.
     */
    private static final double NORMAL_95 = 1.96;

    /// How people are chosen.
    public enum Rule {
        /// Those to whom the message adds most.
        UPLIFT,
        /// Those most likely to respond when they get it.
        RESPONSE,
        /// Anybody, with the arm that adds most on average.
        RANDOM
    }

    /// What a choice adds per thousand people, and how far it may be off at 95 %.
    public record Added(double perThousand, double margin) {}

    private final double[][] features;
    private final int[] arm;
    private final boolean[] responded;
    private final double[] share;
    private final UpliftModel[] ofOtherHalf = new UpliftModel[2];
    private final boolean[] second;

    /// @param arm 0 for nothing, and the number of the treatment otherwise
    /// @param ridge of the models
    public UpliftTrial(
            double[][] features,
            int[] arm,
            boolean[] responded,
            double ridge,
            SplittableRandom random) {
        int arms = Arrays.stream(arm).max().orElse(0) + 1;
        if (arms < 2 || features.length != arm.length || arm.length != responded.length) {
            throw invalid("trial", arm.length + " rows, " + arms + " arms", "must have some");
        }
        this.features = features;
        this.arm = arm;
        this.responded = responded;
        this.share = new double[arms];
        for (int a : arm) {
            share[a] += 1.0 / arm.length;
        }
        this.second = new boolean[arm.length];
        for (int i = 0; i < second.length; i++) {
            second[i] = random.nextBoolean();
        }
        for (int half = 0; half < 2; half++) {
            ofOtherHalf[half] = fit(half == 0, ridge);
        }
    }

    private UpliftModel fit(boolean wanted, double ridge) {
        int[] rows = IntStream.range(0, arm.length).filter(i -> second[i] == wanted).toArray();
        double[][] x = new double[rows.length][];
        int[] a = new int[rows.length];
        boolean[] y = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            x[i] = features[rows[i]];
            a[i] = arm[rows[i]];
            y[i] = responded[rows[i]];
        }
        return UpliftModel.fit(x, a, y, share.length, ridge);
    }

    /// What choosing a part of the people adds.
    public Added added(Rule rule, double budget, SplittableRandom random) {
        return summary(contributions(rule, budget, random));
    }

    /// How much more one rule adds than another, among the same people.
    public Added difference(Rule rule, Rule other, double budget, SplittableRandom random) {
        double[] ours = contributions(rule, budget, random);
        double[] theirs = contributions(other, budget, random);
        Arrays.setAll(ours, i -> ours[i] - theirs[i]);
        return summary(ours);
    }

    private static Added summary(double[] contributions) {
        double mean = Arrays.stream(contributions).average().orElse(0);
        double squares = Arrays.stream(contributions).map(c -> (c - mean) * (c - mean)).sum();
        double error = Math.sqrt(squares) / contributions.length;
        return new Added(1_000 * mean, 1_000 * NORMAL_95 * error);
    }

    private double[] contributions(Rule rule, double budget, SplittableRandom random) {
        if (!(budget > 0 && budget <= 1)) {
            throw invalid("budget", budget, "must be a part of the people");
        }
        double[] contributions = new double[arm.length];
        for (int half = 0; half < 2; half++) {
            boolean wanted = half == 1;
            UpliftModel model = ofOtherHalf[half];
            int[] people =
                    IntStream.range(0, arm.length).filter(i -> second[i] == wanted).toArray();
            int best = bestArm(model, people);
            int[] chosen = new int[arm.length];
            double[] score = new double[arm.length];
            for (int i : people) {
                choose(rule, model, i, best, random, chosen, score);
            }
            IntStream.of(people)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -score[i]))
                    .limit(Math.round(budget * people.length))
                    .forEach(i -> contributions[i] = contribution(model, i, chosen[i]));
        }
        return contributions;
    }

    private int bestArm(UpliftModel model, int[] people) {
        int best = 1;
        double most = Double.NEGATIVE_INFINITY;
        for (int a = 1; a < share.length; a++) {
            int candidate = a;
            double sum =
                    IntStream.of(people)
                            .mapToDouble(i -> model.uplift(candidate, features[i]))
                            .sum();
            if (sum > most) {
                most = sum;
                best = a;
            }
        }
        return best;
    }

    private void choose(
            Rule rule,
            UpliftModel model,
            int person,
            int best,
            SplittableRandom random,
            int[] chosen,
            double[] score) {
        score[person] = Double.NEGATIVE_INFINITY;
        for (int a = 1; a < share.length; a++) {
            double worth =
                    switch (rule) {
                        case UPLIFT -> model.uplift(a, features[person]);
                        case RESPONSE -> model.chance(a, features[person]);
                        case RANDOM -> a == best ? random.nextDouble() : -1;
                    };
            if (worth > score[person]) {
                score[person] = worth;
                chosen[person] = a;
            }
        }
    }

    private double contribution(UpliftModel model, int person, int a) {
        double[] x = features[person];
        double y = responded[person] ? 1 : 0;
        double with = model.chance(a, x);
        double without = model.chance(0, x);
        double added = with - without;
        if (arm[person] == a) {
            added += (y - with) / share[a];
        } else if (arm[person] == 0) {
            added -= (y - without) / share[0];
        }
        return added;
    }
}
