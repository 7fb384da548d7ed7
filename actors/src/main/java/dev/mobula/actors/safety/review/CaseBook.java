package dev.mobula.actors.safety.review;

import static dev.mobula.actors.safety.review.ReviewRows.key;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.audit.AuditChain;
import dev.mobula.actors.safety.review.ReviewCase.Evidence;
import dev.mobula.actors.safety.review.ReviewCase.Lease;
import dev.mobula.actors.safety.review.ReviewCase.Status;
import dev.mobula.actors.safety.review.ReviewDesk.Report;
import dev.mobula.actors.safety.review.ReviewDesk.Reported;
import dev.mobula.actors.safety.review.ReviewDesk.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The cases: what is reported and suggested, in which order people see it, and who has which.
final class CaseBook {
    private static final int SCANNED_MAX = 10_000;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final Map<String, Double> SEVERITIES =
            Map.of(
                    "illegal", 8.0,
                    "self-harm", 6.0,
                    "hate", 4.0,
                    "harassment", 4.0,
                    "violence", 3.0,
                    "sexual", 3.0,
                    "spam", 2.0);

    private final ReviewLimits limits;
    private final AuditChain chain;

    CaseBook(ReviewLimits limits, AuditChain chain) {
        this.limits = limits;
        this.chain = chain;
    }

    /// What is known of somebody who reports: how often they were right, and how much they did today.
    private record Reporter(long right, long judged, long day, int today) {
        static final Reporter NEW = new Reporter(0, 0, 0, 0);

        double weight() {
            return (right + 1.0) / (judged + 2.0);
        }

        Reporter onceMore(long now) {
            return new Reporter(right, judged, now, now == day ? today + 1 : 1);
        }

        Reporter judged(boolean wasRight) {
            return new Reporter(right + (wasRight ? 1 : 0), judged + 1, day, today);
        }
    }

    static CallException refused(String text) {
        return new CallException(Failure.REFUSED, text);
    }

    Reported report(ReviewRows rows, Report report, long author, long now) {
        byte[] same = key(reportKey(report.subject(), report.policy()) + report.reporter());
        Optional<Long> before = rows.get(ReviewRows.REPORTS, same, Long.class);
        if (before.isPresent() && find(rows, before.get()).status() == Status.OPEN) {
            return new Reported(before.get(), true);
        }
        byte[] who = key(report.reporter());
        Reporter reporter =
                rows.get(ReviewRows.REPORTERS, who, Reporter.class)
                        .orElse(Reporter.NEW)
                        .onceMore(now / DAY_MILLIS);
        if (reporter.today() > limits.reportsPerDayMax()) {
            throw refused(
                    "reporter="
                            + report.reporter()
                            + ": has reported "
                            + limits.reportsPerDayMax()
                            + " today, which is the most");
        }
        ReviewCase found = openFor(rows, report.subject(), report.policy(), author, now);
        Evidence said = new Evidence(by(report.reporter()), report.text(), reporter.weight(), now);
        double severity = SEVERITIES.getOrDefault(report.policy(), 1.0);
        requeue(rows, found, found.and(said, true, reporter.weight(), severity, report.reach()));
        rows.put(ReviewRows.REPORTS, same, found.id());
        rows.put(ReviewRows.REPORTERS, who, reporter);
        chain.append(
                rows.rows(),
                now,
                "report",
                Map.of("case", found.id(), "policy", report.policy()),
                Map.of(
                        "subject",
                        report.subject().toString(),
                        "reporter",
                        report.reporter(),
                        "text",
                        report.text()),
                people(report.subject(), author, report.reporter()));
        return new Reported(found.id(), false);
    }

    static String by(long reporter) {
        return ReviewCase.REPORT + ":" + reporter;
    }

    private static String reportKey(Subject subject, String policy) {
        return subject + "|" + policy + "|";
    }

    static Collection<Long> people(Subject subject, long author, Long... others) {
        Set<Long> people = new TreeSet<>(Arrays.asList(others));
        if (author != 0) {
            people.add(author);
        }
        if (subject.kind() == Subject.Kind.ACCOUNT) {
            people.add(subject.id());
        }
        return people;
    }

    ReviewCase suggest(ReviewRows rows, Suggestion told, long author, long now) {
        ReviewCase found = openFor(rows, told.subject(), told.policy(), author, now);
        Evidence said = new Evidence(told.by(), told.evidence(), told.score(), now);
        double severity = Math.max(told.severity(), SEVERITIES.getOrDefault(told.policy(), 1.0));
        ReviewCase next = found.and(said, false, 0, severity, told.reach());
        requeue(rows, found, next);
        chain.append(
                rows.rows(),
                now,
                "suggestion",
                Map.of("case", found.id(), "policy", told.policy(), "by", told.by()),
                Map.of("subject", told.subject().toString(), "evidence", told.evidence()),
                people(told.subject(), author));
        return next;
    }

    private ReviewCase openFor(
            ReviewRows rows, Subject subject, String policy, long author, long now) {
        byte[] open = key(reportKey(subject, policy));
        Optional<Long> known = rows.get(ReviewRows.OPEN, open, Long.class);
        if (known.isPresent()) {
            return find(rows, known.get());
        }
        long id = rows.next(ReviewRows.CASES);
        int needed = isLookedAtTwice(id) ? 2 : 1;
        ReviewCase made = ReviewCase.open(id, subject, policy, author, now, needed);
        add(rows, made);
        rows.put(ReviewRows.OPEN, open, id);
        return made;
    }

    /// A share of cases by their number, so that nobody can tell before which ones.
    private boolean isLookedAtTwice(long id) {
        long mixed = (id + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return (mixed >>> 11) * 0x1.0p-53 < limits.secondShare();
    }

    /// Puts a new case into the queue.
    void add(ReviewRows rows, ReviewCase made) {
        ReviewStats stats = rows.stats();
        if (stats.open() >= limits.openMax()) {
            throw new CallException(
                    Failure.OVERLOADED, "cases=" + stats.open() + " wait, which is the most");
        }
        rows.stats(stats.opened(1));
        rows.put(ReviewRows.CASES, key(made.id()), made);
        rows.put(ReviewRows.QUEUE, queueKey(made), made.id());
    }

    private static byte[] queueKey(ReviewCase one) {
        long urgency =
                Double.doubleToLongBits(one.priority()); // ordered as the numbers: none is below 0
        return key(Long.MAX_VALUE - urgency, one.id());
    }

    void requeue(ReviewRows rows, ReviewCase before, ReviewCase now) {
        rows.delete(ReviewRows.QUEUE, queueKey(before));
        rows.put(ReviewRows.CASES, key(now.id()), now);
        rows.put(ReviewRows.QUEUE, queueKey(now), now.id());
    }

    /// Takes a case out of the queue, decided.
    void close(ReviewRows rows, ReviewCase before, ReviewCase decided) {
        rows.delete(ReviewRows.QUEUE, queueKey(before));
        rows.put(ReviewRows.CASES, key(decided.id()), decided);
        if (!decided.isAppeal()) {
            rows.delete(ReviewRows.OPEN, key(reportKey(decided.subject(), decided.policy())));
        }
        rows.stats(rows.stats().closed());
    }

    ReviewCase find(ReviewRows rows, long id) {
        return rows.get(ReviewRows.CASES, key(id), ReviewCase.class)
                .orElseThrow(() -> refused("case=" + id + ": is not there"));
    }

    /// The most urgent cases.
    List<ReviewCase> queue(ReviewRows rows, int max) {
        List<ReviewCase> found = new ArrayList<>();
        rows.scan(
                ReviewRows.QUEUE,
                key(0L),
                (key, id) -> {
                    found.add(find(rows, ReviewRows.read(id, Long.class)));
                    return found.size() < max;
                });
        return found;
    }

    /// Gives a reviewer the most urgent case that is free for them.
    ///
    /// @param policy the only one they work on; empty for all
    Optional<ReviewCase> lease(ReviewRows rows, String reviewer, String policy, long now) {
        byte[] held = key("leases|" + reviewer);
        List<Long> holding = new ArrayList<>();
        for (long id : rows.get(ReviewRows.META, held, long[].class).orElse(new long[0])) {
            rows.get(ReviewRows.CASES, key(id), ReviewCase.class)
                    .filter(one -> one.isLeasedBy(reviewer, now))
                    .ifPresent(one -> holding.add(id));
        }
        if (holding.size() >= limits.leasesMax()) {
            throw refused("reviewer=" + reviewer + ": holds " + holding.size() + " cases already");
        }
        ReviewCase[] free = {null};
        int[] scanned = {0};
        rows.scan(
                ReviewRows.QUEUE,
                key(0L),
                (key, id) -> {
                    ReviewCase one = find(rows, ReviewRows.read(id, Long.class));
                    if (isFor(rows, one, reviewer, policy, now)) {
                        free[0] = one;
                    }
                    return free[0] == null && ++scanned[0] < SCANNED_MAX;
                });
        if (free[0] == null) {
            return Optional.empty();
        }
        ReviewCase taken = free[0].leased(new Lease(reviewer, now + limits.leaseMillis()));
        rows.put(ReviewRows.CASES, key(taken.id()), taken);
        holding.add(taken.id());
        long[] all = holding.stream().mapToLong(Long::longValue).distinct().toArray();
        rows.put(ReviewRows.META, held, all);
        return Optional.of(taken);
    }

    private static boolean isFor(
            ReviewRows rows, ReviewCase one, String reviewer, String policy, long now) {
        return one.isFreeFor(reviewer, now)
                && (policy.isEmpty() || policy.equals(one.policy()))
                && (!one.isAppeal() || isOthers(rows, one, reviewer));
    }

    /// Nobody judges an appeal against a decision of their own.
    static boolean isOthers(ReviewRows rows, ReviewCase appeal, String reviewer) {
        return rows.get(ReviewRows.DECISIONS, key(appeal.appealOf()), Decision.class)
                .map(
                        decision ->
                                !decision.by().equals(reviewer)
                                        && !decision.seconded().contains(reviewer))
                .orElse(false);
    }

    ReviewCase release(ReviewRows rows, String reviewer, long id, long now) {
        ReviewCase one = find(rows, id);
        if (!one.isLeasedBy(reviewer, now)) {
            throw refused("case=" + id + ": is not held by " + reviewer);
        }
        ReviewCase free = one.leased(null);
        rows.put(ReviewRows.CASES, key(id), free);
        return free;
    }

    /// Those who reported a case were right, or were not.
    void judgeReporters(ReviewRows rows, ReviewCase decided, boolean wereRight) {
        String prefix = reportKey(decided.subject(), decided.policy());
        List<Long> reporters = new ArrayList<>();
        rows.scanTexts(
                ReviewRows.REPORTS,
                prefix,
                (key, id) -> {
                    if (ReviewRows.read(id, Long.class) == decided.id()) {
                        reporters.add(Long.parseLong(key.substring(prefix.length())));
                    }
                    return true;
                });
        for (long reporter : reporters) {
            Reporter record =
                    rows.get(ReviewRows.REPORTERS, key(reporter), Reporter.class)
                            .orElse(Reporter.NEW);
            rows.put(ReviewRows.REPORTERS, key(reporter), record.judged(wereRight));
        }
    }

    /// Removes what is known of a person: what they reported, and cases about them.
    void forget(ReviewRows rows, long person) {
        List<String> reports = new ArrayList<>();
        String suffix = "|" + person;
        rows.scanTexts(
                ReviewRows.REPORTS,
                "",
                (key, id) -> {
                    if (key.endsWith(suffix)) {
                        reports.add(key);
                    }
                    return true;
                });
        reports.forEach(key -> rows.delete(ReviewRows.REPORTS, key(key)));
        rows.delete(ReviewRows.REPORTERS, key(person));
        List<ReviewCase> all = new ArrayList<>();
        rows.scan(
                ReviewRows.CASES,
                key(0L),
                (key, value) -> all.add(ReviewRows.read(value, ReviewCase.class)));
        for (ReviewCase one : all) {
            if (people(one.subject(), one.author()).contains(person)) {
                drop(rows, one);
            } else if (one.evidence().stream().anyMatch(said -> said.by().equals(by(person)))) {
                rows.put(ReviewRows.CASES, key(one.id()), one.withoutEvidenceBy(by(person)));
            }
        }
    }

    private void drop(ReviewRows rows, ReviewCase one) {
        if (one.status() == Status.OPEN) {
            close(rows, one, one.decided());
        }
        rows.delete(ReviewRows.CASES, key(one.id()));
    }

    /// Forgets cases that were decided long ago, some at a time; how many.
    int prune(ReviewRows rows, long beforeMillis, int max) {
        List<Long> old = new ArrayList<>();
        rows.scan(
                ReviewRows.CASES,
                key(0L),
                (key, value) -> {
                    ReviewCase one = ReviewRows.read(value, ReviewCase.class);
                    boolean isOld = one.openedMillis() < beforeMillis;
                    if (isOld && one.status() == Status.DECIDED) {
                        old.add(one.id());
                    }
                    return isOld && old.size() < max;
                });
        old.forEach(id -> rows.delete(ReviewRows.CASES, key(id)));
        return old.size();
    }
}
