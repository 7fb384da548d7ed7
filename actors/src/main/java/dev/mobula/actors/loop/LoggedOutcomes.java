package dev.mobula.actors.loop;

import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/*
 * A watch remembers where the logs ended when it began, and reads on from there at every look: an impression is put under
 * its version and user, feedback under the impression of its request and item. Feedback that overtook its impression waits
 * for it; feedback to pages from before the watch finds none and is dropped at the limit. What people do late is missed by
 * both versions alike.
 *
 * Items on one page and pages of one user are not independent, so the standard error is that of a ratio over users: with
 * n_u items shown and r_u earned by user u, the mean is R/N and its variance sum (r_u - mean n_u)^2 / N^2.
 */
/// Outcomes read from the log that models learn from: no second count of the same events. Erased rows are skipped.
public final class LoggedOutcomes implements Outcomes {
    /// Impressions that a watch keeps at once.
    public static final int IMPRESSIONS_MAX = 5_000_000;

    private static final int FEEDBACK_WAITING_MAX = 1_000_000;
    private static final int READ_ROWS = 4_096;
    private static final List<String> SHOWN = List.of("request", "user", "item", "model");
    private static final List<String> DONE = List.of("request", "item", "kind", "value");

    private final ServedLog log;
    private final Map<String, Double> worth;
    private final Set<String> complaints;

    /// @param worth of each kind of feedback, per unit of its value
    /// @param complaints kinds that are complaints, whatever they are worth
    public LoggedOutcomes(ServedLog log, Map<String, Double> worth, Set<String> complaints) {
        this.log = log;
        this.worth = Map.copyOf(worth);
        this.complaints = Set.copyOf(complaints);
    }

    @Override
    public Watch watch() {
        Map<Path, Long> shownFrom = new HashMap<>();
        log.impressions().forEach(part -> shownFrom.put(part, endOf(part)));
        return new Following(shownFrom, endOf(log.feedback()));
    }

    private static long endOf(Path part) {
        return ServedLog.look(part).map(LogView::endRow).orElse(0L);
    }

    /// An item on a page.
    private record Shown(String request, long item) {}

    /// One user of one version.
    private static final class Sums {
        long impressions;
        double reward;
        double complaints;
    }

    private final class Following implements Watch {
        private final Map<String, Map<Long, Sums>> byVersion = new HashMap<>();
        private final Map<Shown, Sums> shown = new HashMap<>();
        private final Map<Shown, Sums> waiting = new HashMap<>();
        private final Map<Path, Long> shownUntil;
        private long doneUntil;

        Following(Map<Path, Long> shownFrom, long doneFrom) {
            shownUntil = shownFrom;
            doneUntil = doneFrom;
        }

        /// A log of impressions that came since the watch began is read from its start.
        @Override
        public Map<String, Outcome> soFar() {
            doneUntil = read(log.feedback(), doneUntil, DONE, this::done);
            for (Path part : log.impressions()) {
                long from = shownUntil.getOrDefault(part, 0L);
                shownUntil.put(part, read(part, from, SHOWN, this::show));
            }
            Map<String, Outcome> all = new HashMap<>();
            byVersion.forEach((version, users) -> all.put(version, outcome(users)));
            return all;
        }

        private void show(Rows rows, int row) {
            if (shown.size() == IMPRESSIONS_MAX) {
                return;
            }
            Shown at = new Shown(rows.texts(0).get(row), rows.wholes(2).get(row));
            Sums user =
                    byVersion
                            .computeIfAbsent(rows.texts(3).get(row), version -> new HashMap<>())
                            .computeIfAbsent(rows.wholes(1).get(row), id -> new Sums());
            user.impressions++;
            shown.put(at, user);
            Sums early = waiting.remove(at);
            if (early != null) {
                user.reward += early.reward;
                user.complaints += early.complaints;
            }
        }

        private void done(Rows rows, int row) {
            Shown at = new Shown(rows.texts(0).get(row), rows.wholes(1).get(row));
            Sums to = shown.get(at);
            if (to == null) {
                if (waiting.size() == FEEDBACK_WAITING_MAX) {
                    waiting.clear();
                }
                to = waiting.computeIfAbsent(at, one -> new Sums());
            }
            String kind = rows.texts(2).get(row);
            to.reward += worth.getOrDefault(kind, 0.0) * rows.numbers(3).get(row);
            to.complaints += complaints.contains(kind) ? 1 : 0;
        }
    }

    /// Takes one row in.
    @FunctionalInterface
    private interface Taker {
        void take(Rows rows, int row);
    }

    /// Reads on from a position; the one after the last row.
    private static long read(Path folder, long from, List<String> columns, Taker taker) {
        Optional<LogView> now = ServedLog.look(folder).filter(view -> view.endRow() > from);
        if (now.isEmpty()) {
            return from;
        }
        LogView log = now.get();
        try (LogReader reader = log.reader(columns)) {
            Rows rows = new Rows(reader.schema());
            reader.seek(Math.max(from, log.firstRow()));
            while (reader.next(rows, READ_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    if (!rows.values(0).isMissing(row)) {
                        taker.take(rows, row);
                    }
                }
            }
            return log.endRow();
        }
    }

    private static Outcome outcome(Map<Long, Sums> users) {
        long impressions = 0;
        double reward = 0;
        double complaints = 0;
        for (Sums user : users.values()) {
            impressions += user.impressions;
            reward += user.reward;
            complaints += user.complaints;
        }
        double rewardMean = reward / impressions;
        double complaintsMean = complaints / impressions;
        double rewardSquares = 0;
        double complaintSquares = 0;
        for (Sums user : users.values()) {
            rewardSquares += square(user.reward - rewardMean * user.impressions);
            complaintSquares += square(user.complaints - complaintsMean * user.impressions);
        }
        return new Outcome(
                users.size(),
                impressions,
                rewardMean,
                Math.sqrt(rewardSquares) / impressions,
                complaintsMean,
                Math.sqrt(complaintSquares) / impressions);
    }

    private static double square(double value) {
        return value * value;
    }
}
