package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.training.TrainingException;
import dev.mobula.training.volume.DisableHazard;
import dev.mobula.training.volume.ResponseCurves;
import dev.mobula.training.volume.VolumeLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Fits response curves and the hazard of turning messages off to the trial weeks of an engine's own log.
public final class VolumeSchool {
    /*
     * A row is a person's week of the trial: what the caller said of them at first, the messages they
     * got by channel, whether they came and whether they turned messages off. How many messages a
     * week had depends on how many opportunities it had, and so may who came anyway; given those, it
     * is chance alone. So the logarithm of their number is a feature while fitting, and is put into
     * the constants at its mean afterwards: nobody knows it ahead.
     *
     * Half of the rows, by person, say whether the curves fitted to the other half see more in
     * messages than curves that are told of none; those in force are fitted to all.
     */
    private static final double RIDGE = 1;

    private VolumeSchool() {}

    /// The trial's weeks that are over.
    ///
    /// @param users whose they are
    /// @param opportunities how many each had
    /// @param passed weeks that were left out, because other things were said of the person
    @SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
    public record Weeks(VolumeLog log, long[] users, int[] opportunities, int passed) {
        double meanLog() {
            return Arrays.stream(opportunities).mapToDouble(Math::log1p).average().orElse(0);
        }

        private Weeks where(long seed, boolean judging) {
            int[] rows =
                    IntStream.range(0, users.length)
                            .filter(row -> RuleSchool.judges(users[row], seed) == judging)
                            .toArray();
            return new Weeks(
                    some(log, rows, true),
                    Arrays.stream(rows).mapToLong(row -> users[row]).toArray(),
                    Arrays.stream(rows).map(row -> opportunities[row]).toArray(),
                    0);
        }

        private VolumeLog blind() {
            int[] rows = IntStream.range(0, users.length).toArray();
            return some(log, rows, false);
        }
    }

    private static VolumeLog some(VolumeLog log, int[] rows, boolean told) {
        double[][] features = new double[rows.length][];
        int[][] sends = new int[rows.length][];
        double[] propensity = new double[rows.length];
        boolean[] active = new boolean[rows.length];
        boolean[] disabled = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            features[i] = log.features()[row];
            sends[i] = told ? log.sends()[row] : new int[log.channels()];
            propensity[i] = log.propensity()[row];
            active[i] = log.active()[row];
            disabled[i] = log.disabled()[row];
        }
        return new VolumeLog(features, sends, propensity, active, disabled);
    }

    /// What was fitted, and how good it is.
    ///
    /// @param rows weeks
    /// @param gain of the logarithm of the likelihood of a week in the half that was not fitted to, over curves that are told
    ///     of no message
    /// @param active the share of weeks in which the person came
    /// @param disabled the share in which they turned messages off
    public record Lesson(
            ResponseCurves response,
            DisableHazard disable,
            int rows,
            double gain,
            double active,
            double disabled) {}

    /// Puts the weeks of a trial together.
    ///
    /// @param visits who came when
    /// @param nowMillis weeks that are not over then are left out
    public static Weeks weeks(
            List<DecisionHistory.Round> rounds,
            Set<DecisionHistory.PersonWeek> visits,
            long nowMillis) {
        Map<DecisionHistory.PersonWeek, List<DecisionHistory.Round>> byWeek = new LinkedHashMap<>();
        rounds.stream()
                .filter(round -> round.trial() > 0)
                .filter(round -> VolumeTrial.endMillis(week(round)) <= nowMillis)
                .sorted(Comparator.comparingLong(DecisionHistory.Round::atMillis))
                .forEach(
                        round ->
                                byWeek.computeIfAbsent(
                                                new DecisionHistory.PersonWeek(
                                                        round.user(), week(round)),
                                                fresh -> new ArrayList<>())
                                        .add(round));
        int width = usualWidth(byWeek.values());
        List<Map.Entry<DecisionHistory.PersonWeek, List<DecisionHistory.Round>>> kept =
                byWeek.entrySet().stream()
                        .filter(one -> one.getValue().getFirst().features().length == width)
                        .toList();
        if (kept.isEmpty()) {
            throw TrainingException.invalid(
                    "weeks of the trial", 0, "must be some, with features of the person");
        }
        return columns(kept, visits, byWeek.size() - kept.size());
    }

    private static long week(DecisionHistory.Round round) {
        return VolumeTrial.week(round.atMillis());
    }

    /// How many numbers callers mostly say of a person; those who say nothing do not count.
    private static int usualWidth(Iterable<List<DecisionHistory.Round>> weeks) {
        Map<Integer, Integer> widths = new HashMap<>();
        for (List<DecisionHistory.Round> week : weeks) {
            widths.merge(week.getFirst().features().length, 1, Integer::sum);
        }
        widths.remove(0);
        return widths.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(-1);
    }

    private static Weeks columns(
            List<Map.Entry<DecisionHistory.PersonWeek, List<DecisionHistory.Round>>> weeks,
            Set<DecisionHistory.PersonWeek> visits,
            int passed) {
        int rows = weeks.size();
        int channels =
                weeks.stream()
                        .flatMap(one -> one.getValue().stream())
                        .flatMap(round -> round.channel().stream())
                        .mapToInt(Channel::code)
                        .max()
                        .orElse(1);
        double[][] features = new double[rows][];
        int[][] sends = new int[rows][channels];
        double[] propensity = new double[rows];
        boolean[] active = new boolean[rows];
        boolean[] disabled = new boolean[rows];
        long[] users = new long[rows];
        int[] opportunities = new int[rows];
        for (int row = 0; row < rows; row++) {
            List<DecisionHistory.Round> week = weeks.get(row).getValue();
            users[row] = weeks.get(row).getKey().user();
            opportunities[row] = week.size();
            features[row] = features(week.getFirst(), week.size());
            active[row] = visits.contains(weeks.get(row).getKey());
            int sent = 0;
            for (DecisionHistory.Round round : week) {
                if (round.sends()) {
                    sends[row][round.channel().map(Channel::code).orElse(1) - 1]++;
                    sent++;
                }
                active[row] |=
                        round.came().contains(OutcomeKind.OPENED)
                                || round.came().contains(OutcomeKind.CONVERTED);
                disabled[row] |= round.came().contains(OutcomeKind.DISABLED);
            }
            propensity[row] = VolumeTrial.probability(sent, week.size());
        }
        return new Weeks(
                new VolumeLog(features, sends, propensity, active, disabled),
                users,
                opportunities,
                passed);
    }

    private static double[] features(DecisionHistory.Round first, int opportunities) {
        double[] features = new double[first.features().length + 1];
        for (int i = 0; i < features.length - 1; i++) {
            features[i] = first.features()[i];
        }
        features[features.length - 1] = Math.log1p(opportunities);
        return features;
    }

    /// Fits.
    ///
    /// @param rowsMin with fewer weeks nothing is fitted
    public static Lesson fit(Weeks weeks, int rowsMin, long seed) {
        VolumeLog log = weeks.log();
        if (log.rows() < rowsMin) {
            throw TrainingException.invalid(
                    "weeks of the trial", log.rows(), "must be at least " + rowsMin);
        }
        Weeks half = weeks.where(seed, false);
        Weeks other = weeks.where(seed, true);
        double told = ResponseCurves.fit(half.log(), RIDGE).logLikelihood(other.log());
        double blind = ResponseCurves.fit(half.blind(), RIDGE).logLikelihood(other.blind());
        int width = log.width();
        double mean = weeks.meanLog();
        return new Lesson(
                ResponseCurves.of(
                        width - 1,
                        log.channels(),
                        folded(ResponseCurves.fit(log, RIDGE).parameters(), width, mean)),
                DisableHazard.of(
                        width - 1, folded(DisableHazard.fit(log, RIDGE).parameters(), width, mean)),
                log.rows(),
                told - blind,
                share(log.active()),
                share(log.disabled()));
    }

    /// Of the two sums that the parameters begin with, the last feature goes into the constant at its mean.
    static double[] folded(double[] parameters, int width, double mean) {
        double[] folded = new double[parameters.length - 2];
        for (int sum = 0; sum < 2; sum++) {
            int from = sum * (width + 1);
            int to = sum * width;
            System.arraycopy(parameters, from, folded, to, width - 1);
            folded[to + width - 1] = parameters[from + width] + parameters[from + width - 1] * mean;
        }
        System.arraycopy(parameters, 2 * (width + 1), folded, 2 * width, folded.length - 2 * width);
        return folded;
    }

    private static double share(boolean[] events) {
        int count = 0;
        for (boolean event : events) {
            count += event ? 1 : 0;
        }
        return (double) count / events.length;
    }
}
