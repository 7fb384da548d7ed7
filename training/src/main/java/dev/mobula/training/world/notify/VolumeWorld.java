package dev.mobula.training.world.notify;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// People under a daily volume of messages, for some weeks: how many come, and how many can still be reached at the end.
public final class VolumeWorld {
    /*
     * A person comes by themselves with probability p on a day. Each message makes one who has not come
     * come with probability o = r exp(-F / 12), and F, the fatigue, halves in three days and rises by
     * one with each message. A message is the last one, because the person turns them off, with
     * probability a (1 + (F / 1.5)^2). Those who come often open often: a rule that looks at opens sees
     * p, one that looks at what a message adds sees (1 - p) o.
     *
     * The volume is fixed for all people together, so what the ones who left no longer get, the others
     * get on top: that is how too much of it ends with nobody to write to.
     *
     * What is lost with a person is what messages would add over the next quarter at one a day.
     */
    private static final double HALF_LIFE_DAYS = 3;
    private static final double TIRES = 12;
    private static final double ANNOYS = 1.5;
    private static final double LIFETIME_DAYS = 84;
    private static final double USUAL_FATIGUE = 2.4;
    private static final double OPENS_WHEN_HERE = 0.5;
    private static final int PER_DAY_MAX = 6;
    private static final int JUDGED_DAYS = 28;
    private static final int USERS_MAX = 10_000_000;

    private final int days;
    private final double[] comes;
    private final double[] answers;
    private final double[] leaves;

    /// @param seed of the people; who does what on which day depends on the seed of the run
    public VolumeWorld(int users, int days, long seed) {
        if (users < 1 || users > USERS_MAX || days < JUDGED_DAYS || days > 1_000) {
            throw invalid(
                    "users, days",
                    users + ", " + days,
                    "must be 1 to " + USERS_MAX + ", and " + JUDGED_DAYS + " to 1000");
        }
        this.days = days;
        SplittableRandom random = new SplittableRandom(seed);
        comes = new double[users];
        answers = new double[users];
        leaves = new double[users];
        for (int u = 0; u < users; u++) {
            comes[u] = 0.05 + 0.85 * Math.pow(random.nextDouble(), 1.4);
            answers[u] = 0.11 * Math.exp(0.6 * random.nextGaussian() - 0.18);
            leaves[u] = 0.0012 * Math.exp(0.5 * random.nextGaussian() - 0.125);
        }
    }

    /// How a rule fared.
    ///
    /// @param dailyActive the part of the people who came on a day of the last four weeks
    /// @param reachable the part who could still be written to at the end
    /// @param spent messages for each person and day
    public record Course(double dailyActive, double reachable, double spent) {}

    /// Lets a rule spend so many messages a day for each person there is.
    public Course run(VolumeRule rule, double volume, long seed) {
        if (!(volume >= 0 && volume <= PER_DAY_MAX)) {
            throw invalid("volume", volume, "must be 0 to " + PER_DAY_MAX);
        }
        Run run = new Run(rule, new SplittableRandom(seed));
        long active = 0;
        for (int day = 0; day < days; day++) {
            long came = run.day(rule == VolumeRule.NONE ? 0 : Math.round(volume * comes.length));
            active += day >= days - JUDGED_DAYS ? came : 0;
        }
        double people = comes.length;
        return new Course(
                active / people / JUDGED_DAYS, run.reachable() / people, run.sent / people / days);
    }

    private final class Run {
        private final VolumeRule rule;
        private final SplittableRandom random;
        private final double[] fatigue = new double[comes.length];
        private final boolean[] gone = new boolean[comes.length];
        private final boolean[] here = new boolean[comes.length];
        private final double[] missing = new double[comes.length];
        private long sent;

        private Run(VolumeRule rule, SplittableRandom random) {
            this.rule = rule;
            this.random = random;
        }

        private long day(long budget) {
            double kept = Math.pow(0.5, 1 / HALF_LIFE_DAYS);
            for (int u = 0; u < comes.length; u++) {
                fatigue[u] *= kept;
                here[u] = random.nextDouble() < comes[u];
                missing[u] = 1 - comes[u];
            }
            long left = budget;
            for (int round = 0; round < PER_DAY_MAX && left > 0; round++) {
                left -= send(left);
            }
            return IntStream.range(0, here.length).filter(u -> here[u]).count();
        }

        /// One message each to the best ones, as far as the budget goes.
        private long send(long budget) {
            double[] score = new double[comes.length];
            int[] wanted =
                    IntStream.range(0, comes.length)
                            .filter(u -> !gone[u])
                            .filter(u -> (score[u] = score(u)) > 0)
                            .toArray();
            double least = least(score, wanted, budget);
            long spent = 0;
            for (int u : wanted) {
                if (spent < budget && score[u] >= least) {
                    write(u);
                    spent++;
                }
            }
            sent += spent;
            return spent == 0 ? budget : spent;
        }

        private double least(double[] score, int[] wanted, long budget) {
            if (wanted.length <= budget) {
                return 0;
            }
            double[] sorted = IntStream.of(wanted).mapToDouble(u -> score[u]).toArray();
            Arrays.sort(sorted);
            return sorted[(int) (sorted.length - budget)];
        }

        private double score(int u) {
            double answer = answer(u, fatigue[u]);
            return switch (rule) {
                case NONE -> 0;
                case RANDOM -> 1 - random.nextDouble();
                case RESPONSE -> OPENS_WHEN_HERE * comes[u] + (1 - comes[u]) * answer;
                case UPLIFT -> missing[u] * answer;
                case UPLIFT_LIFETIME -> missing[u] * answer - lifetime(u) * leaves(u);
            };
        }

        private double answer(int u, double tired) {
            return Math.min(1, answers[u]) * Math.exp(-tired / TIRES);
        }

        private double leaves(int u) {
            double annoyed = fatigue[u] / ANNOYS;
            return Math.min(1, leaves[u] * (1 + annoyed * annoyed));
        }

        private double lifetime(int u) {
            return LIFETIME_DAYS * (1 - comes[u]) * answer(u, USUAL_FATIGUE);
        }

        private void write(int u) {
            double answer = answer(u, fatigue[u]);
            here[u] |= random.nextDouble() < answer;
            missing[u] *= 1 - answer;
            gone[u] = random.nextDouble() < leaves(u);
            fatigue[u]++;
        }

        private long reachable() {
            return IntStream.range(0, gone.length).filter(u -> !gone[u]).count();
        }
    }
}
