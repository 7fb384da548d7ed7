package dev.mobula.actors.safety.review;

import dev.mobula.actors.safety.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that people are to look at: a subject under a policy, with what speaks against it.
///
/// @param author the account behind the subject where it is known, 0 where it is not
/// @param reports by how many different people
/// @param doubt the share that is left when every reporter's weight has spoken: 1 without reports
/// @param score the highest that a rule or model gave, 0.5 when none did
/// @param severity how bad it is if it is true
/// @param reach how many saw it
/// @param opinionsNeeded how many people must look before it is decided
/// @param appealOf the decision that is appealed against; 0 for none
/// @param appeal what the appellant says
public record ReviewCase(
        long id,
        Subject subject,
        String policy,
        long author,
        Status status,
        long openedMillis,
        int reports,
        double doubt,
        double score,
        double severity,
        double reach,
        List<Evidence> evidence,
        @Nullable Lease lease,
        List<Opinion> opinions,
        int opinionsNeeded,
        long appealOf,
        String appeal) {
    /// What evidence of a person who reported begins with.
    static final String REPORT = "report";

    private static final double UNCERTAINTY_LEAST = .1;
    private static final double SCORE_UNKNOWN = .5;
    private static final double APPEAL_SEVERITY = 4;
    private static final int EVIDENCE_MAX = 20;

    /// Whether it waits for people.
    public enum Status {
        OPEN,
        DECIDED
    }

    /// What somebody says: a reporter, a rule or a model.
    ///
    /// @param by `report:ID`, `rule:NAME@VERSION` or `model:VERSION`
    public record Evidence(String by, String text, double score, long atMillis) {}

    /// Who looks at it now, and until when nobody else does.
    public record Lease(String reviewer, long untilMillis) {}

    /// What one of the people who look at it decided.
    public record Opinion(String reviewer, Choice choice, long atMillis) {}

    public ReviewCase {
        evidence = List.copyOf(evidence);
        opinions = List.copyOf(opinions);
    }

    static ReviewCase open(
            long id, Subject subject, String policy, long author, long nowMillis, int needed) {
        return new ReviewCase(
                id,
                subject,
                policy,
                author,
                Status.OPEN,
                nowMillis,
                0,
                1,
                SCORE_UNKNOWN,
                1,
                1,
                List.of(),
                null,
                List.of(),
                needed,
                0,
                "");
    }

    static ReviewCase appeal(long id, Decision decision, String words, long nowMillis) {
        return new ReviewCase(
                id,
                decision.subject(),
                decision.policy(),
                decision.author(),
                Status.OPEN,
                nowMillis,
                0,
                1,
                SCORE_UNKNOWN,
                APPEAL_SEVERITY,
                1,
                List.of(new Evidence(decision.by(), decision.choice().reason(), 1, nowMillis)),
                null,
                List.of(),
                1,
                decision.id(),
                words);
    }

    /// Severity times reach times uncertainty, and how likely the reporters are right.
    public double priority() {
        double uncertain = Math.max(UNCERTAINTY_LEAST, 4 * score * (1 - score));
        double reported = reports == 0 ? SCORE_UNKNOWN : 1 - doubt;
        return severity * Math.log1p(reach) * uncertain * (1 + reported);
    }

    boolean isAppeal() {
        return appealOf != 0;
    }

    boolean isFreeFor(String reviewer, long nowMillis) {
        return status == Status.OPEN
                && (lease == null
                        || lease.untilMillis() <= nowMillis
                        || lease.reviewer().equals(reviewer))
                && opinions.stream().noneMatch(one -> one.reviewer().equals(reviewer));
    }

    boolean isLeasedBy(String reviewer, long nowMillis) {
        return lease != null
                && lease.reviewer().equals(reviewer)
                && lease.untilMillis() > nowMillis;
    }

    private ReviewCase with(Status nowIs, @Nullable Lease held, List<Opinion> said, int needed) {
        return new ReviewCase(
                id,
                subject,
                policy,
                author,
                nowIs,
                openedMillis,
                reports,
                doubt,
                score,
                severity,
                reach,
                evidence,
                held,
                said,
                needed,
                appealOf,
                appeal);
    }

    ReviewCase leased(@Nullable Lease to) {
        return with(status, to, opinions, opinionsNeeded);
    }

    ReviewCase decided() {
        return with(Status.DECIDED, null, opinions, opinionsNeeded);
    }

    ReviewCase needing(int people) {
        return with(status, lease, opinions, people);
    }

    ReviewCase and(Opinion opinion) {
        List<Opinion> more = new ArrayList<>(opinions);
        more.add(opinion);
        return with(status, null, more, opinionsNeeded);
    }

    /// With what another says; the oldest go when there is too much of it.
    ReviewCase and(Evidence more, boolean isReport, double weight, double worst, double seen) {
        List<Evidence> all = new ArrayList<>(evidence);
        all.add(more);
        int from = Math.max(0, all.size() - EVIDENCE_MAX);
        boolean isScored = !isReport;
        boolean isFirstScore = evidence.stream().allMatch(one -> one.by().startsWith(REPORT));
        double high = isFirstScore ? more.score() : Math.max(score, more.score());
        return new ReviewCase(
                id,
                subject,
                policy,
                author,
                status,
                openedMillis,
                reports + (isReport ? 1 : 0),
                isReport ? doubt * (1 - weight) : doubt,
                isScored ? high : score,
                Math.max(severity, worst),
                Math.max(reach, seen),
                all.subList(from, all.size()),
                lease,
                opinions,
                opinionsNeeded,
                appealOf,
                appeal);
    }

    ReviewCase withoutEvidenceBy(String who) {
        return new ReviewCase(
                id,
                subject,
                policy,
                author,
                status,
                openedMillis,
                reports,
                doubt,
                score,
                severity,
                reach,
                evidence.stream().filter(said -> !said.by().equals(who)).toList(),
                lease,
                opinions,
                opinionsNeeded,
                appealOf,
                appeal);
    }
}
