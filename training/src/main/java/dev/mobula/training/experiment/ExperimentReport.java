package dev.mobula.training.experiment;

import dev.mobula.ranking.experiment.Arm;
import dev.mobula.ranking.experiment.Comparison;
import dev.mobula.ranking.experiment.Experiment;
import dev.mobula.ranking.experiment.Moments;
import dev.mobula.ranking.experiment.SampleRatio;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.Values;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * Users are the independent units: each is in one arm for the whole experiment. From the log of pages comes every user's
 * arm, the time of their first page in it, and how many items they were shown since; from the feedback how much they did
 * since then. An arm's metric is the sum over its users divided by the sum of the base (users, or items shown), with the
 * delta method's variance. Both logs are read once; memory is a few numbers for each user.
 */
/// One experiment's arms, whether users fell into them as planned, and each arm against the control.
///
/// @param metric the kind of feedback that is counted
public record ExperimentReport(
        String experiment,
        String metric,
        Base base,
        List<ArmResult> arms,
        SampleRatio sampleRatio,
        long usersInTwoArms) {
    /// The most users of an experiment.
    public static final int USERS_MAX = 20_000_000;

    private static final String USER = "user";
    private static final String TIME = "time";
    private static final int BATCH_ROWS = 8_192;

    public ExperimentReport {
        arms = List.copyOf(arms);
    }

    /// What a metric is divided by.
    public enum Base {
        /// So much for each user.
        USER,
        /// So much for each item shown.
        SHOWN
    }

    /// One arm.
    ///
    /// @param comparison with the control; empty for the control itself, and where an arm has too few users to say
    public record ArmResult(
            String arm, long users, long shown, double value, Optional<Comparison> comparison) {}

    /// What is known of one user of the experiment.
    private static final class Subject {
        final int arm;
        long firstMicros;
        long shown;
        double done;

        Subject(int arm, long firstMicros) {
            this.arm = arm;
            this.firstMicros = firstMicros;
        }
    }

    /// Reads the logs.
    ///
    /// @param pages of the feed's impression log: user, time, experiments as `NAME=ARM`, shown
    /// @param feedback user, time, kind, value
    public static ExperimentReport of(
            Experiment experiment, LogView pages, LogView feedback, String metric, Base base) {
        Map<Long, Subject> subjects = new HashMap<>();
        long two = readPages(experiment, pages, subjects);
        readFeedback(feedback, metric, subjects);
        List<Moments> moments = new ArrayList<>();
        long[] users = new long[experiment.arms().size()];
        long[] shown = new long[users.length];
        experiment.arms().forEach(arm -> moments.add(new Moments()));
        for (Subject subject : subjects.values()) {
            users[subject.arm]++;
            shown[subject.arm] += subject.shown;
            moments.get(subject.arm)
                    .add(subject.done, base == Base.USER ? 1 : (double) subject.shown);
        }
        List<ArmResult> arms = new ArrayList<>();
        for (int i = 0; i < users.length; i++) {
            arms.add(
                    new ArmResult(
                            experiment.arms().get(i).name(),
                            users[i],
                            shown[i],
                            moments.get(i).ratio(),
                            comparison(moments, i)));
        }
        int[] weights = experiment.arms().stream().mapToInt(Arm::weight).toArray();
        return new ExperimentReport(
                experiment.name(), metric, base, arms, SampleRatio.of(users, weights), two);
    }

    private static Optional<Comparison> comparison(List<Moments> moments, int arm) {
        long least = Math.min(moments.getFirst().users(), moments.get(arm).users());
        return arm == 0 || least < Comparison.USERS_MIN
                ? Optional.empty()
                : Optional.of(Comparison.of(moments.getFirst(), moments.get(arm)));
    }

    private static long readPages(
            Experiment experiment, LogView pages, Map<Long, Subject> subjects) {
        String prefix = experiment.name() + "=";
        Map<String, Integer> arms = new HashMap<>();
        experiment.arms().forEach(arm -> arms.put(prefix + arm.name(), arms.size()));
        long two = 0;
        try (LogReader reader = pages.reader(List.of(USER, TIME, "experiments", "shown"))) {
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    Integer arm = armOf(rows, row, arms);
                    if (arm != null && !rows.wholes(0).isMissing(row)) {
                        two += add(rows, row, arm, subjects);
                    }
                }
            }
        }
        return two;
    }

    private static @Nullable Integer armOf(Rows rows, int row, Map<String, Integer> arms) {
        Values.Lists exposures = rows.lists(2);
        Values.Texts names = (Values.Texts) exposures.elements();
        if (exposures.isMissing(row)) {
            return null; // erased
        }
        for (int i = 0; i < exposures.length(row); i++) {
            Integer arm = arms.get(names.get(exposures.start(row) + i));
            if (arm != null) {
                return arm;
            }
        }
        return null;
    }

    /// One when the user was seen in another arm before: assignment is broken, and the first arm counts.
    private static long add(Rows rows, int row, int arm, Map<Long, Subject> subjects) {
        long user = rows.wholes(0).get(row);
        long time = rows.wholes(1).get(row);
        Subject subject = subjects.get(user);
        if (subject == null) {
            if (subjects.size() >= USERS_MAX) {
                throw TrainingException.invalid(
                        "users of the experiment", subjects.size(), "must be at most " + USERS_MAX);
            }
            subject = new Subject(arm, time);
            subjects.put(user, subject);
        }
        subject.firstMicros = Math.min(subject.firstMicros, time);
        subject.shown += rows.wholes(3).get(row);
        return subject.arm == arm ? 0 : 1;
    }

    private static void readFeedback(LogView feedback, String metric, Map<Long, Subject> subjects) {
        try (LogReader reader = feedback.reader(List.of(USER, TIME, "kind", "value"))) {
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (rows.wholes(0).isMissing(row)) {
                        continue; // erased
                    }
                    Subject subject = subjects.get(rows.wholes(0).get(row));
                    if (subject != null
                            && rows.wholes(1).get(row) >= subject.firstMicros
                            && rows.texts(2).get(row).equals(metric)) {
                        subject.done += rows.numbers(3).get(row);
                    }
                }
            }
        }
    }
}
